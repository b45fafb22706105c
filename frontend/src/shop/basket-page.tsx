import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { EmptyNotice } from "../shared/empty-notice";
import { money } from "../shared/format";
import { Hint } from "../shared/hint";
import { Loading } from "../shared/loading";
import { Total } from "../shared/order-lines";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { type Line, lines, MOST_OF_ONE, notSoldAnyMore, total, withQuantity } from "./basket";
import { changeBasket, useBasket } from "./basket-store";
import { productsQuery } from "./products-api";

export default function BasketPage() {
  const basket = useBasket();
  const products = useQuery(productsQuery);
  return (
    <>
      <PageTitle>Basket</PageTitle>
      {Object.keys(basket).length === 0 ? (
        <EmptyNotice title="Your basket is empty.">
          <Link to="/">Go to the shop</Link> and put something into it.
        </EmptyNotice>
      ) : (
        <QueryResult query={products} loading={<Loading lines={4} label="Loading the basket" />}>
          {(data) => <Contents lines={lines(basket, data)} gone={notSoldAnyMore(basket, data)} />}
        </QueryResult>
      )}
    </>
  );
}

function Contents({ lines, gone }: { lines: Line[]; gone: string[] }) {
  const go = useNavigate();
  const sum = total(lines);
  return (
    <Container>
      <SpaceBetween size="l">
        <ul className="lines basket">
          {lines.map((line) => (
            <BasketLine key={line.sku} line={line} />
          ))}
          {gone.map((sku) => (
            <GoneLine key={sku} sku={sku} />
          ))}
        </ul>
        {gone.length > 0 ? (
          <Box color="text-status-error">Take out what is not sold any more, to go on.</Box>
        ) : sum ? (
          <Total {...sum} />
        ) : (
          <Hint>These are priced in several currencies. An order has one: take some out.</Hint>
        )}
        <div className="actions">
          <Link to="/">Go on shopping</Link>
          <Button variant="primary" disabled={!sum || gone.length > 0} onClick={() => void go("/checkout")}>
            Check out
          </Button>
        </div>
      </SpaceBetween>
    </Container>
  );
}

const change = (sku: string, quantity: number) => changeBasket((basket) => withQuantity(basket, sku, quantity));

function BasketLine({ line }: { line: Line }) {
  // The text while the customer types, which may be empty. The basket keeps the last valid quantity.
  const [typed, setTyped] = useState<string | null>(null);
  const type = (text: string) => {
    setTyped(text);
    if (Number(text) >= 1) change(line.sku, Number(text));
  };
  return (
    <li>
      <span className="what">
        <strong>{line.name}</strong>
        <Hint>
          {money(line.unit_price, line.currency)} each
          {line.quantity > line.available && `, only ${line.available} in stock`}
          {line.quantity === MOST_OF_ONE && `, ${MOST_OF_ONE} at most in one order`}
        </Hint>
      </span>
      <span className="quantity">
        <Input
          ariaLabel={`Quantity of ${line.name}`}
          type="number"
          inputMode="numeric"
          value={typed ?? String(line.quantity)}
          onChange={({ detail }) => type(detail.value)}
          onBlur={() => setTyped(null)}
        />
      </span>
      <span className="amount">{money(line.unit_price * line.quantity, line.currency)}</span>
      <Button iconName="remove" variant="icon" ariaLabel={`Remove ${line.name}`} onClick={() => change(line.sku, 0)} />
    </li>
  );
}

function GoneLine({ sku }: { sku: string }) {
  return (
    <li>
      <span className="what">
        <strong>{sku}</strong>
        <Hint>Not sold any more</Hint>
      </span>
      <Button iconName="remove" variant="icon" ariaLabel={`Remove ${sku}`} onClick={() => change(sku, 0)} />
    </li>
  );
}
