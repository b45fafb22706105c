import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import LiveRegion from "@cloudscape-design/components/live-region";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { EmptyNotice } from "../shared/empty-notice";
import { count, money } from "../shared/format";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { put } from "./basket";
import { changeBasket, useBasket } from "./basket-store";
import { ProductPicture } from "./product-picture";
import { type Product, productsQuery } from "./products-api";

const PICTURE_HEIGHT = 120;

export default function ProductsPage() {
  const products = useQuery(productsQuery);
  const [added, setAdded] = useState("");
  return (
    <>
      <PageTitle
        description={
          <>
            Everything for a good cup of coffee. Each order travels through a <em>saga</em>: buy something, and watch.
          </>
        }
      >
        Shop
      </PageTitle>
      <LiveRegion hidden>{added}</LiveRegion>
      <QueryResult query={products} loading={<LoadingShelf />} empty={<NoProducts />}>
        {(data) => <Shelf products={data} onAdded={setAdded} />}
      </QueryResult>
    </>
  );
}

function NoProducts() {
  return <EmptyNotice title="There are no products yet.">An operator adds them: sign in as one, then Operations, Products.</EmptyNotice>;
}

function Shelf({ products, onAdded }: { products: Product[]; onAdded: (words: string) => void }) {
  return (
    <ul className="shelf">
      {products.map((product) => (
        <ProductCard key={product.sku} product={product} onAdded={onAdded} />
      ))}
    </ul>
  );
}

function ProductCard({ product, onAdded }: { product: Product; onAdded: (words: string) => void }) {
  const inBasket = useBasket()[product.sku] ?? 0;
  const add = () => {
    changeBasket((basket) => put(basket, product.sku));
    onAdded(`${product.name} is in the basket.`);
  };
  return (
    <li>
      <Container fitHeight media={{ content: <ProductPicture sku={product.sku} />, height: PICTURE_HEIGHT }}>
        <SpaceBetween size="xs">
          <Box variant="h2">{product.name}</Box>
          <Box fontSize="heading-m">{money(product.unit_price, product.currency)}</Box>
          <Availability available={product.available} />
          <SpaceBetween size="s" direction="horizontal" alignItems="center">
            <Button onClick={add} disabled={product.available < 1} ariaLabel={`Add to basket: ${product.name}`}>
              Add to basket
            </Button>
            {inBasket > 0 && <Link to="/basket">{count(inBasket, "in the basket", "in the basket")}</Link>}
          </SpaceBetween>
        </SpaceBetween>
      </Container>
    </li>
  );
}

function Availability({ available }: { available: number }) {
  if (available < 1) return <StatusIndicator type="stopped">Sold out</StatusIndicator>;
  if (available < 10) return <StatusIndicator type="warning">{available === 1 ? "The last one" : `Only ${available} left`}</StatusIndicator>;
  return <StatusIndicator type="success">{available.toLocaleString()} in stock</StatusIndicator>;
}

function LoadingShelf() {
  return (
    <ul className="shelf" aria-busy="true">
      {Array.from({ length: 8 }, (_, place) => (
        <li key={place}>
          <Container fitHeight media={{ content: <div />, height: PICTURE_HEIGHT }}>
            <Loading lines={5} label="Loading a product" />
          </Container>
        </li>
      ))}
    </ul>
  );
}
