import Button from "@cloudscape-design/components/button";
import Input from "@cloudscape-design/components/input";
import { useId } from "react";
import { Link, useNavigate } from "react-router";
import { EmptyNotice } from "../frame/empty_notice";
import { FaultNotice } from "../frame/fault_notice";
import { PageTitle } from "../frame/page_title";
import { Skeleton } from "../frame/skeleton";
import { money } from "../frame/writing";
import { type Line, lines, total, withQuantity } from "./basket";
import { changeBasket, useBasket } from "./basket_store";
import { useProducts } from "./products";

export default function BasketPage() {
  const basket = useBasket();
  const products = useProducts();
  return (
    <>
      <PageTitle>Basket</PageTitle>
      {Object.keys(basket).length === 0 ? (
        <EmptyNotice title="Your basket is empty.">
          <Link to="/">Go to the shop</Link> and put something into it.
        </EmptyNotice>
      ) : products.data ? (
        <Contents lines={lines(basket, products.data)} />
      ) : products.error ? (
        <FaultNotice error={products.error} retry={() => void products.refetch()} />
      ) : (
        <Skeleton lines={4} label="Loading the basket" />
      )}
    </>
  );
}

function Contents({ lines }: { lines: Line[] }) {
  const go = useNavigate();
  const sum = total(lines);
  return (
    <div className="panel">
      <ul className="lines">
        {lines.map((line) => (
          <BasketLine key={line.sku} line={line} />
        ))}
      </ul>
      {sum ? (
        <div className="sum">
          <span>Total</span>
          <strong>{money(sum.amount, sum.currency)}</strong>
        </div>
      ) : (
        <p className="hint">These are priced in several currencies. An order has one: take some out.</p>
      )}
      <div className="actions">
        <Link to="/">Go on shopping</Link>
        <Button variant="primary" disabled={!sum} onClick={() => void go("/checkout")}>
          Check out
        </Button>
      </div>
    </div>
  );
}

function BasketLine({ line }: { line: Line }) {
  const id = useId();
  const change = (quantity: number) => changeBasket((basket) => withQuantity(basket, line.sku, quantity));
  return (
    <li>
      <span className="what">
        <strong>{line.name}</strong>
        <span className="hint">
          {money(line.unit_price, line.currency)} each
          {line.quantity > line.available && `, only ${line.available} in stock`}
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
          value={String(line.quantity)}
          onChange={({ detail }) => Number(detail.value) >= 1 && change(Number(detail.value))}
        />
      </span>
      <span className="amount">{money(line.unit_price * line.quantity, line.currency)}</span>
      <Button iconName="remove" variant="icon" ariaLabel={`Remove ${line.name}`} onClick={() => change(0)} />
    </li>
  );
}
