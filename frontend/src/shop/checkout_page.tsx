import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, Navigate, useNavigate } from "react-router";
import { faultsBelow } from "../api/fault";
import { type NewOrder, placeOrder } from "../api/shop_api";
import { useChecked } from "../frame/checked_form";
import { FaultNotice } from "../frame/fault_notice";
import type { OrderPageState } from "../orders/order_page";
import { PageTitle } from "../frame/page_title";
import { Skeleton } from "../frame/skeleton";
import { money } from "../frame/writing";
import { type Address, ADDRESS_FIELDS, faultsOf, SAMPLE_ADDRESS } from "./address";
import { type Line, lines, total } from "./basket";
import { emptyBasket, useBasket } from "./basket_store";
import { attemptFor, endAttempt } from "./checkout_attempt";
import { PaymentCards } from "./payment_cards";
import { PAYMENT_METHODS } from "./payment_methods";
import { useProducts } from "./products";

export default function CheckoutPage() {
  const basket = useBasket();
  const products = useProducts();
  const placing = usePlacing();
  const [address, setAddress] = useState(SAMPLE_ADDRESS);
  const [payment, setPayment] = useState<string>(PAYMENT_METHODS[0].id);
  const { onSubmit, faults } = useChecked(faultsOf(address), () => {
    if (placing.isPending || placing.isSuccess) return;
    const items = Object.entries(basket).map(([sku, quantity]) => ({ sku, quantity }));
    placing.mutate({ items, payment_method: payment, shipping_address: address });
  });
  // What the shop refused, as long as it stands there.
  const refused = placing.variables?.shipping_address === address ? faultsBelow(placing.error, "/shipping_address") : {};

  if (Object.keys(basket).length === 0 && placing.isIdle) return <Navigate to="/basket" replace />;

  return (
    <>
      <PageTitle>Checkout</PageTitle>
      <form onSubmit={onSubmit} noValidate className="checkout">
        <section className="panel">
          <h2>Where to?</h2>
          <AddressFields address={address} change={setAddress} faults={{ ...refused, ...faults }} />
        </section>
        <section className="panel">
          <h2>Which card?</h2>
          <p className="hint">These are test cards. What happens is written on them; no money moves.</p>
          <PaymentCards chosen={payment} choose={setPayment} />
        </section>
        <section className="panel checkout-sum">
          <h2>Your order</h2>
          {products.data ? <Summary lines={lines(basket, products.data)} /> : <Skeleton lines={3} label="Loading the prices" />}
          {placing.error && <FaultNotice error={placing.error} />}
          <div className="actions">
            <Link to="/basket">Change the basket</Link>
            <Button variant="primary" formAction="submit" loading={placing.isPending || placing.isSuccess} loadingText="Placing the order">
              Place the order
            </Button>
          </div>
        </section>
      </form>
    </>
  );
}

/** Places the order once, however often it is sent, and then goes to its page. */
function usePlacing() {
  const go = useNavigate();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (order: NewOrder) => placeOrder(attemptFor(JSON.stringify(order)).key, order),
    onSuccess: async ({ order_id }) => {
      endAttempt();
      void queries.invalidateQueries({ queryKey: ["orders"] });
      await go(`/orders/${order_id}`, { state: { isNew: true } satisfies OrderPageState });
      emptyBasket();
    },
  });
}

interface AddressFieldsProps {
  address: Address;
  change: (address: Address) => void;
  faults: Partial<Record<keyof Address, string>>;
}

function AddressFields({ address, change, faults }: AddressFieldsProps) {
  return ADDRESS_FIELDS.map(({ name, label, autocomplete, hint }) => (
    <FormField key={name} label={label} constraintText={hint} errorText={faults[name]}>
      <Input
        name={name}
        value={address[name]}
        autoComplete={autocomplete}
        onChange={({ detail }) => change({ ...address, [name]: name === "country" ? detail.value.toUpperCase() : detail.value })}
      />
    </FormField>
  ));
}

function Summary({ lines }: { lines: Line[] }) {
  const sum = total(lines);
  return (
    <>
      <ul className="lines">
        {lines.map((line) => (
          <li key={line.sku}>
            <span className="what">
              {line.quantity} × {line.name}
            </span>
            <span className="amount">{money(line.unit_price * line.quantity, line.currency)}</span>
          </li>
        ))}
      </ul>
      {sum && (
        <div className="sum">
          <span>Total</span>
          <strong>{money(sum.amount, sum.currency)}</strong>
        </div>
      )}
      {sum && <p className="hint">From 1,000.00 on, a person reviews an order before it goes on.</p>}
    </>
  );
}
