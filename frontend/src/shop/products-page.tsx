import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import LiveRegion from "@cloudscape-design/components/live-region";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { messages } from "../messages";
import { EmptyState } from "../shared/empty-state";
import { formatMoney } from "../shared/format";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { addToBasket } from "./basket";
import { changeBasket, useBasket } from "./basket-store";
import { ProductImage } from "./product-image";
import { type Product, productsQuery } from "./products-api";

const IMAGE_HEIGHT = 120;

export default function ProductsPage() {
  const products = useQuery(productsQuery);
  const [announcement, setAnnouncement] = useState("");
  return (
    <>
      <PageTitle description={messages.shop.description}>{messages.shop.title}</PageTitle>
      <LiveRegion hidden>{announcement}</LiveRegion>
      <QueryResult query={products} loading={<LoadingProducts />} empty={<NoProducts />}>
        {(data) => <ProductGrid products={data} announce={setAnnouncement} />}
      </QueryResult>
    </>
  );
}

function NoProducts() {
  return <EmptyState title={messages.shop.emptyTitle}>{messages.shop.empty}</EmptyState>;
}

function ProductGrid({ products, announce }: { products: Product[]; announce: (message: string) => void }) {
  return (
    <ul className="products">
      {products.map((product) => (
        <ProductCard key={product.sku} product={product} announce={announce} />
      ))}
    </ul>
  );
}

function ProductCard({ product, announce }: { product: Product; announce: (message: string) => void }) {
  const quantity = useBasket()[product.sku] ?? 0;
  const add = () => {
    changeBasket((basket) => addToBasket(basket, product.sku));
    announce(messages.shop.added(product.name));
  };
  return (
    <li>
      <Container fitHeight media={{ content: <ProductImage sku={product.sku} />, height: IMAGE_HEIGHT }}>
        <SpaceBetween size="xs">
          <Box variant="h2">{product.name}</Box>
          <Box fontSize="heading-m">{formatMoney(product.unit_price, product.currency)}</Box>
          <Availability available={product.available} />
          <SpaceBetween size="s" direction="horizontal" alignItems="center">
            <Button onClick={add} disabled={product.available < 1} ariaLabel={messages.shop.addProductToBasket(product.name)}>
              {messages.shop.addToBasket}
            </Button>
            {quantity > 0 && <Link to="/basket">{messages.shop.inBasket(quantity)}</Link>}
          </SpaceBetween>
        </SpaceBetween>
      </Container>
    </li>
  );
}

function Availability({ available }: { available: number }) {
  if (available < 1) return <StatusIndicator type="stopped">{messages.shop.soldOut}</StatusIndicator>;
  if (available < 10) return <StatusIndicator type="warning">{messages.shop.onlyLeft(available)}</StatusIndicator>;
  return <StatusIndicator type="success">{messages.shop.inStock(available)}</StatusIndicator>;
}

function LoadingProducts() {
  return (
    <ul className="products" aria-busy="true">
      {Array.from({ length: 8 }, (_, index) => (
        <li key={index}>
          <Container fitHeight media={{ content: <div />, height: IMAGE_HEIGHT }}>
            <Loading lines={5} label={messages.shop.loading} />
          </Container>
        </li>
      ))}
    </ul>
  );
}
