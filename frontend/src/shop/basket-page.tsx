import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "react-router";
import { messages } from "../messages";
import { EmptyState } from "../shared/empty-state";
import { formatMoney } from "../shared/format";
import { Hint } from "../shared/hint";
import { Loading } from "../shared/loading";
import { Total } from "../shared/order-lines";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { type BasketLine, basketLines, basketTotal, discontinuedSkus, MAX_QUANTITY, setQuantity } from "./basket";
import { changeBasket, useBasket } from "./basket-store";
import { ProductImage } from "./product-image";
import { productsQuery } from "./products-api";
import { QuantityStepper } from "./quantity-stepper";
import { StockWarning } from "./stock-warning";

export default function BasketPage() {
  const basket = useBasket();
  const products = useQuery(productsQuery);
  return (
    <>
      <PageTitle>{messages.basket.title}</PageTitle>
      {Object.keys(basket).length === 0 ? (
        <EmptyState title={messages.basket.emptyTitle}>
          <Link to="/">{messages.common.continueShopping}</Link>
        </EmptyState>
      ) : (
        <QueryResult query={products} loading={<Loading lines={4} label={messages.basket.loading} />}>
          {(data) => <BasketContent lines={basketLines(basket, data)} discontinued={discontinuedSkus(basket, data)} />}
        </QueryResult>
      )}
    </>
  );
}

function BasketContent({ lines, discontinued }: { lines: BasketLine[]; discontinued: string[] }) {
  const navigate = useNavigate();
  const total = basketTotal(lines);
  return (
    <div className="with-summary">
      <Container>
        <ul className="lines basket">
          {lines.map((line) => (
            <BasketRow key={line.sku} line={line} />
          ))}
          {discontinued.map((sku) => (
            <DiscontinuedRow key={sku} sku={sku} />
          ))}
        </ul>
      </Container>
      <div className="summary">
        <Container header={<Header variant="h2">{messages.checkout.summary}</Header>}>
          <SpaceBetween size="m">
            {discontinued.length > 0 ? (
              <Box color="text-status-error">{messages.basket.removeDiscontinued}</Box>
            ) : total ? (
              <div aria-live="polite">
                <Total {...total} />
              </div>
            ) : (
              <Box color="text-status-error">{messages.basket.severalCurrencies}</Box>
            )}
            <Button variant="primary" fullWidth disabled={!total || discontinued.length > 0} onClick={() => void navigate("/checkout")}>
              {messages.basket.checkOut}
            </Button>
            <Box textAlign="center">
              <Link to="/">{messages.common.continueShopping}</Link>
            </Box>
          </SpaceBetween>
        </Container>
      </div>
    </div>
  );
}

function BasketRow({ line }: { line: BasketLine }) {
  const facts = [
    messages.basket.priceEach(formatMoney(line.unit_price, line.currency)),
    line.quantity === MAX_QUANTITY && messages.basket.limit(MAX_QUANTITY),
  ];
  return (
    <li>
      <ProductImage sku={line.sku} />
      <div className="item">
        <strong>{line.name}</strong>
        <Hint>{facts.filter(Boolean).join(" · ")}</Hint>
        <StockWarning line={line} />
      </div>
      <QuantityStepper {...line} />
      <span className="amount">{formatMoney(line.unit_price * line.quantity, line.currency)}</span>
      <RemoveButton sku={line.sku} name={line.name} />
    </li>
  );
}

function DiscontinuedRow({ sku }: { sku: string }) {
  return (
    <li>
      <ProductImage sku={sku} />
      <span className="item">
        <strong>{sku}</strong>
        <Hint>{messages.basket.discontinued}</Hint>
      </span>
      <RemoveButton sku={sku} name={sku} />
    </li>
  );
}

const RemoveButton = ({ sku, name }: { sku: string; name: string }) => (
  <Button
    iconName="remove"
    variant="icon"
    ariaLabel={messages.basket.remove(name)}
    onClick={() => changeBasket((basket) => setQuantity(basket, sku, 0))}
  />
);
