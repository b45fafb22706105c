import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Grid from "@cloudscape-design/components/grid";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, Navigate, useNavigate } from "react-router";
import { errorsBelow, isProblem } from "../api/api-error";
import { messages } from "../messages";
import type { OrderPageState } from "../orders/order-page";
import { type NewOrder, ordersQuery } from "../orders/orders-api";
import { useUser } from "../session/session";
import { ErrorNotice } from "../shared/error-notice";
import { formatMoney } from "../shared/format";
import { Hint } from "../shared/hint";
import { Loading } from "../shared/loading";
import { OrderLines } from "../shared/order-lines";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { useSingleMutation } from "../shared/single-mutation";
import { useValidatedForm } from "../shared/validated-form";
import { type Address, ADDRESS_FIELDS, addressErrors, SAMPLE_ADDRESS } from "./address";
import { type BasketLine, basketLines, basketTotal } from "./basket";
import { emptyBasket, useBasket } from "./basket-store";
import { type CheckoutDraft, readDraft, removeDraft, saveDraft } from "./checkout-draft";
import { PaymentCards } from "./payment-cards";
import { PAYMENT_METHODS } from "./payment-methods";
import { checkoutAttempts, placeOnce } from "./place-order";
import { productsQuery } from "./products-api";
import { useReviewThresholds } from "./review-thresholds";

export default function CheckoutPage() {
  const basket = useBasket();
  const products = useQuery(productsQuery);
  const placing = usePlaceOrder();
  const { draft, changeDraft } = useDraft();
  const { address, payment } = draft;
  const listedTotal = products.data ? basketTotal(basketLines(basket, products.data)) : null;
  const changedTotal = changedTotalOf(placing.error);
  // The product list shows a new price a moment after the order API.
  const total = changedTotal && isSameMoney(listedTotal, placing.variables?.expected_total) ? changedTotal : listedTotal;
  const { onSubmit, errors } = useValidatedForm(addressErrors(address), () => {
    if (placing.isPending || placing.isSuccess || !total) return;
    const items = Object.entries(basket).map(([sku, quantity]) => ({ sku, quantity }));
    placing.mutate({ items, payment_method: payment, shipping_address: address, expected_total: total });
  });
  // The errors of the API are shown until the customer changes the address.
  const apiErrors = placing.variables?.shipping_address === address ? errorsBelow(placing.error, "/shipping_address") : {};

  if (Object.keys(basket).length === 0 && placing.isIdle) return <Navigate to="/basket" replace />;

  return (
    <>
      <PageTitle>{messages.checkout.title}</PageTitle>
      <form onSubmit={onSubmit} noValidate>
        <SpaceBetween size="l">
          <Grid gridDefinition={[{ colspan: { default: 12, s: 6 } }, { colspan: { default: 12, s: 6 } }]}>
            <Container header={<Header variant="h2">{messages.checkout.shippingAddress}</Header>}>
              <AddressFields address={address} onChange={(changed) => changeDraft({ ...draft, address: changed })} errors={{ ...apiErrors, ...errors }} />
            </Container>
            <Container
              header={
                <Header variant="h2" description={messages.checkout.testCards}>
                  {messages.checkout.paymentMethod}
                </Header>
              }
            >
              <PaymentCards selected={payment} onChange={(changed) => changeDraft({ ...draft, payment: changed })} />
            </Container>
          </Grid>
          <Container header={<Header variant="h2">{messages.checkout.summary}</Header>}>
            <SpaceBetween size="l">
              <QueryResult query={products} loading={<Loading lines={3} label={messages.checkout.loadingPrices} />}>
                {(data) => <Summary lines={basketLines(basket, data)} total={total} />}
              </QueryResult>
              {changedTotal ? (
                <ChangedTotalNotice shown={placing.variables?.expected_total} current={changedTotal} />
              ) : (
                placing.error && <ErrorNotice error={placing.error} />
              )}
              {!placing.isPending && !placing.isSuccess && checkoutAttempts().current && <UnknownOutcomeNotice />}
              <div className="actions">
                <Link to="/basket">{messages.checkout.editBasket}</Link>
                <Button
                  variant="primary"
                  formAction="submit"
                  disabled={!total}
                  loading={placing.isPending || placing.isSuccess}
                  loadingText={messages.checkout.placing}
                >
                  {messages.checkout.pay(total ? formatMoney(total.amount, total.currency) : undefined)}
                </Button>
              </div>
            </SpaceBetween>
          </Container>
        </SpaceBetween>
      </form>
    </>
  );
}

/** What the customer has entered. Stored, because an expired session leads to the sign-in page and back. */
function useDraft() {
  const customerId = useUser()?.id;
  const [draft, setDraft] = useState(() => readDraft(customerId, { address: SAMPLE_ADDRESS, payment: PAYMENT_METHODS[0].id }));
  const changeDraft = (changed: CheckoutDraft) => {
    saveDraft(customerId, changed);
    setDraft(changed);
  };
  return { draft, changeDraft };
}

/** Places the order at most once, and then opens its page. */
function usePlaceOrder() {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return useSingleMutation({
    mutationFn: placeOnce,
    onError: () => queryClient.invalidateQueries(productsQuery),
    onSuccess: async ({ result: { order_id }, earlier }, order) => {
      void queryClient.invalidateQueries(ordersQuery);
      removeDraft();
      await navigate(`/orders/${order_id}`, { state: { isNew: true, isEarlier: earlier !== undefined } satisfies OrderPageState });
      if (!earlier || JSON.stringify(earlier.items) === JSON.stringify(order.items)) emptyBasket();
    },
  });
}

type Money = NonNullable<NewOrder["expected_total"]>;

/** The current total of the order, if the API rejected the expected one. */
function changedTotalOf(error: unknown): Money | null {
  if (!isProblem(error, "total-changed")) return null;
  const { total: amount, currency } = error.problem;
  return amount !== undefined && currency !== undefined ? { amount, currency } : null;
}

const isSameMoney = (one: Money | null | undefined, other: Money | null | undefined): boolean =>
  one?.amount === other?.amount && one?.currency === other?.currency;

function ChangedTotalNotice({ shown, current }: { shown: Money | null | undefined; current: Money }) {
  const shownText = shown ? formatMoney(shown.amount, shown.currency) : undefined;
  return (
    <div role="alert">
      <Alert type="warning" header={messages.checkout.totalChangedTitle}>
        {messages.checkout.totalChanged(formatMoney(current.amount, current.currency), shownText)}
      </Alert>
    </div>
  );
}

function UnknownOutcomeNotice() {
  return (
    <div role="alert">
      <Alert type="info" header={messages.checkout.unknownOutcomeTitle}>
        {messages.checkout.unknownOutcome}
      </Alert>
    </div>
  );
}

interface AddressFieldsProps {
  address: Address;
  onChange: (address: Address) => void;
  errors: Partial<Record<keyof Address, string>>;
}

function AddressFields({ address, onChange, errors }: AddressFieldsProps) {
  return (
    <SpaceBetween size="l">
      {ADDRESS_FIELDS.map(({ name, label, autocomplete, hint }) => (
        <FormField key={name} label={label} constraintText={hint} errorText={errors[name]}>
          <Input
            name={name}
            value={address[name]}
            autoComplete={autocomplete}
            onChange={({ detail }) => onChange({ ...address, [name]: name === "country" ? detail.value.toUpperCase() : detail.value })}
          />
        </FormField>
      ))}
    </SpaceBetween>
  );
}

function Summary({ lines, total }: { lines: BasketLine[]; total: Money | null }) {
  const threshold = useReviewThresholds()[total?.currency ?? ""];
  return (
    <>
      <OrderLines lines={lines} total={total} />
      {total && threshold !== undefined && <Hint>{messages.checkout.reviewedFirst(formatMoney(threshold, total.currency))}</Hint>}
    </>
  );
}
