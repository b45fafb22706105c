import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Grid from "@cloudscape-design/components/grid";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, Navigate, useNavigate } from "react-router";
import { errorsBelow, isProblem } from "../api/api-error";
import type { OrderPageState } from "../orders/order-page";
import { type NewOrder, ordersQuery } from "../orders/orders-api";
import { ErrorNotice } from "../shared/error-notice";
import { money } from "../shared/format";
import { Hint } from "../shared/hint";
import { Loading } from "../shared/loading";
import { OrderLines } from "../shared/order-lines";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { useValidatedForm } from "../shared/validated-form";
import { type Address, ADDRESS_FIELDS, addressErrors, SAMPLE_ADDRESS } from "./address";
import { type Line, lines, total } from "./basket";
import { emptyBasket, useBasket } from "./basket-store";
import { Attempts } from "./checkout-attempt";
import { PaymentCards } from "./payment-cards";
import { PAYMENT_METHODS } from "./payment-methods";
import { placeOnce } from "./place-order";
import { productsQuery } from "./products-api";
import { useReviewThresholds } from "./review-thresholds";

export default function CheckoutPage() {
  const basket = useBasket();
  const products = useQuery(productsQuery);
  const placing = usePlacing();
  const [address, setAddress] = useState(SAMPLE_ADDRESS);
  const [payment, setPayment] = useState<string>(PAYMENT_METHODS[0].id);
  const sum = products.data ? total(lines(basket, products.data)) : null;
  const changed = changedTotal(placing.error);
  // The API's new price reaches the list of products a moment later.
  const due = changed && isSame(sum, placing.variables?.expected_total) ? changed : sum;
  const { onSubmit, errors } = useValidatedForm(addressErrors(address), () => {
    if (placing.isPending || placing.isSuccess || !due) return;
    const items = Object.entries(basket).map(([sku, quantity]) => ({ sku, quantity }));
    placing.mutate({ items, payment_method: payment, shipping_address: address, expected_total: due });
  });
  // The API's errors, until the customer changes the address.
  const refused = placing.variables?.shipping_address === address ? errorsBelow(placing.error, "/shipping_address") : {};

  if (Object.keys(basket).length === 0 && placing.isIdle) return <Navigate to="/basket" replace />;

  return (
    <>
      <PageTitle>Checkout</PageTitle>
      <form onSubmit={onSubmit} noValidate>
        <SpaceBetween size="l">
          <Grid gridDefinition={[{ colspan: { default: 12, s: 6 } }, { colspan: { default: 12, s: 6 } }]}>
            <Container header={<Header variant="h2">Where to?</Header>}>
              <AddressFields address={address} change={setAddress} errors={{ ...refused, ...errors }} />
            </Container>
            <Container
              header={
                <Header variant="h2" description="These are test cards. What happens is written on them; no money moves.">
                  Which card?
                </Header>
              }
            >
              <PaymentCards chosen={payment} choose={setPayment} />
            </Container>
          </Grid>
          <Container header={<Header variant="h2">Your order</Header>}>
            <SpaceBetween size="l">
              <QueryResult query={products} loading={<Loading lines={3} label="Loading the prices" />}>
                {(data) => <Summary lines={lines(basket, data)} due={due} />}
              </QueryResult>
              {changed ? (
                <ChangedTotalNotice shown={placing.variables?.expected_total} now={changed} />
              ) : (
                placing.error && <ErrorNotice error={placing.error} />
              )}
              {!placing.isPending && !placing.isSuccess && new Attempts().underWay && <UnknownOutcomeNotice />}
              <div className="actions">
                <Link to="/basket">Change the basket</Link>
                <Button variant="primary" formAction="submit" disabled={!due} loading={placing.isPending || placing.isSuccess} loadingText="Placing the order">
                  Place the order
                </Button>
              </div>
            </SpaceBetween>
          </Container>
        </SpaceBetween>
      </form>
    </>
  );
}

/** Places the order once, however often it is sent, and then opens its page. */
function usePlacing() {
  const go = useNavigate();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (order: NewOrder) => placeOnce(order),
    onError: () => queries.invalidateQueries(productsQuery),
    onSuccess: async ({ order_id, earlier }, order) => {
      void queries.invalidateQueries(ordersQuery);
      await go(`/orders/${order_id}`, { state: { isNew: true, isEarlier: earlier !== undefined } satisfies OrderPageState });
      if (!earlier || JSON.stringify(earlier.items) === JSON.stringify(order.items)) emptyBasket();
    },
  });
}

type Money = NonNullable<NewOrder["expected_total"]>;

/** The order's current total, if the API refused the one that was shown. */
function changedTotal(error: unknown): Money | null {
  if (!isProblem(error, "total-changed")) return null;
  const { total: amount, currency } = error.problem;
  return amount !== undefined && currency !== undefined ? { amount, currency } : null;
}

const isSame = (one: Money | null | undefined, other: Money | null | undefined): boolean =>
  one?.amount === other?.amount && one?.currency === other?.currency;

function ChangedTotalNotice({ shown, now }: { shown: Money | null | undefined; now: Money }) {
  return (
    <div role="alert">
      <Alert type="warning" header="The price has changed">
        The total is now {money(now.amount, now.currency)}
        {shown && `, not ${money(shown.amount, shown.currency)}`}. Nothing is ordered yet. Do you want it at this price? Then place the
        order again.
      </Alert>
    </div>
  );
}

function UnknownOutcomeNotice() {
  return (
    <div role="alert">
      <Alert type="info" header="Your last try may have arrived">
        The shop’s answer was lost on the way. Place the order again to find out: it stays one order, whatever you change meanwhile.
      </Alert>
    </div>
  );
}

interface AddressFieldsProps {
  address: Address;
  change: (address: Address) => void;
  errors: Partial<Record<keyof Address, string>>;
}

function AddressFields({ address, change, errors }: AddressFieldsProps) {
  return (
    <SpaceBetween size="l">
      {ADDRESS_FIELDS.map(({ name, label, autocomplete, hint }) => (
        <FormField key={name} label={label} constraintText={hint} errorText={errors[name]}>
          <Input
            name={name}
            value={address[name]}
            autoComplete={autocomplete}
            onChange={({ detail }) => change({ ...address, [name]: name === "country" ? detail.value.toUpperCase() : detail.value })}
          />
        </FormField>
      ))}
    </SpaceBetween>
  );
}

function Summary({ lines, due }: { lines: Line[]; due: Money | null }) {
  const threshold = useReviewThresholds()[due?.currency ?? ""];
  return (
    <>
      <OrderLines lines={lines} total={due} />
      {due && threshold !== undefined && (
        <Hint>From {money(threshold, due.currency)} on, a person reviews an order before it goes on.</Hint>
      )}
    </>
  );
}
