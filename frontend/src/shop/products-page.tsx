import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import LiveRegion from "@cloudscape-design/components/live-region";
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
import { addToBasket, basketLimit } from "./basket";
import { changeBasket, useBasket } from "./basket-store";
import { ProductImage } from "./product-image";
import { type Product, productsQuery } from "./products-api";
import { inShelfOrder } from "./shelf-order";

const IMAGE_HEIGHT = 160;

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
      {inShelfOrder(products).map((product) => (
        <ProductCard key={product.sku} product={product} announce={announce} />
      ))}
    </ul>
  );
}

function ProductCard({ product, announce }: { product: Product; announce: (message: string) => void }) {
  const basket = useBasket();
  const limit = basketLimit(basket, product.sku);
  const add = () => {
    changeBasket((current) => addToBasket(current, product.sku));
    // The quantity makes each text a new one. Screen readers do not announce an unchanged text.
    announce(messages.shop.added(product.name, (basket[product.sku] ?? 0) + 1));
  };
  return (
    <li>
      <Container fitHeight media={{ content: <Picture sku={product.sku} quantity={basket[product.sku] ?? 0} />, height: IMAGE_HEIGHT }}>
        <div className="product">
          <Box variant="h2" fontSize="heading-s">
            {product.name}
          </Box>
          <Box fontSize="heading-l" fontWeight="bold">
            {formatMoney(product.unit_price, product.currency)}
          </Box>
          <Availability available={product.available} />
          <Button
            fullWidth
            onClick={add}
            disabled={product.available < 1 || limit !== undefined}
            {...(limit !== undefined && { disabledReason: limit })}
            ariaLabel={messages.shop.addProductToBasket(product.name)}
          >
            {messages.shop.addToBasket}
          </Button>
        </div>
      </Container>
    </li>
  );
}

/** The drawing. The quantity in the basket is on it, because the card must not grow when the first item is added. */
const Picture = ({ sku, quantity }: { sku: string; quantity: number }) => (
  <div className="picture">
    <ProductImage sku={sku} />
    {quantity > 0 && <Link to="/basket">{messages.shop.inBasket(quantity)}</Link>}
  </div>
);

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
