import Button from "@cloudscape-design/components/button";
import Input from "@cloudscape-design/components/input";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Link, useNavigate } from "react-router";
import { EmptyNotice } from "../shared/empty-notice";
import { PageTitle } from "../shared/page-title";
import { Loading } from "../shared/loading";
import { QueryResult } from "../shared/query-result";
import { money } from "../shared/format";
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
    <div className="panel">
      <ul className="lines basket">
        {lines.map((line) => (
          <BasketLine key={line.sku} line={line} />
        ))}
        {gone.map((sku) => (
          <GoneLine key={sku} sku={sku} />
        ))}
      </ul>
      {gone.length > 0 ? (
        <p className="problem">Take out what is not sold any more, to go on.</p>
      ) : sum ? (
        <div className="sum">
          <span>Total</span>
          <strong>{money(sum.amount, sum.currency)}</strong>
        </div>
      ) : (
        <p className="hint">These are priced in several currencies. An order has one: take some out.</p>
      )}
      <div className="actions">
        <Link to="/">Go on shopping</Link>
        <Button variant="primary" disabled={!sum || gone.length > 0} onClick={() => void go("/checkout")}>
          Check out
        </Button>
      </div>
    </div>
  );
}

const change = (sku: string, quantity: number) => changeBasket((basket) => withQuantity(basket, sku, quantity));

function BasketLine({ line }: { line: Line }) {
  const id = useId();
  // What is being typed, which may be nothing yet. The basket keeps the last quantity that was one.
  const [typed, setTyped] = useState<string | null>(null);
  const type = (text: string) => {
    setTyped(text);
    if (Number(text) >= 1) change(line.sku, Number(text));
  };
  return (
    <li>
      <span className="what">
        <strong>{line.name}</strong>
        <span className="hint">
          {money(line.unit_price, line.currency)} each
          {line.quantity > line.available && `, only ${line.available} in stock`}
          {line.quantity === MOST_OF_ONE && `, ${MOST_OF_ONE} at most in one order`}
        </span>
      </span>
      <label htmlFor={id} className="hidden-text">
        Quantity of {line.name}
      </label>
      <span className="quantity">
        <Input
          controlId={id}
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
        <span className="hint">Not sold any more</span>
      </span>
      <Button iconName="remove" variant="icon" ariaLabel={`Remove ${sku}`} onClick={() => change(sku, 0)} />
    </li>
  );
}
