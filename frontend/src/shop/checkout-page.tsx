import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, Navigate, useNavigate } from "react-router";
import { errorsBelow, isProblem } from "../api/api-error";
import { configQuery } from "../config";
import { messages } from "../messages";
import type { OrderPageState } from "../orders/order-page";
import { type NewOrder, ordersQuery } from "../orders/orders-api";
import { placedOrder, placedOrderQuery } from "../orders/placed-order";
import { breakItMessages } from "../sandbox/break-it-messages";
import { BreakItPanel } from "../sandbox/break-it-panel";
import { asksBank } from "../sandbox/fault-plan";
import { oversell } from "../sandbox/oversell";
import { useUser } from "../session/session";
import { ErrorNotice } from "../shared/error-notice";
import { formatMoney } from "../shared/format";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { PAYMENT_CARD } from "../shared/payment-card";
import { QueryResult } from "../shared/query-result";
import { useSingleMutation } from "../shared/single-mutation";
import { useValidatedForm } from "../shared/validated-form";
import { type Address, ADDRESS_FIELDS, addressErrors, SAMPLE_ADDRESS } from "./address";
import { basketLines, basketTotal, removeOrdered } from "./basket";
import { changeBasket, useBasket } from "./basket-store";
import { type CheckoutDraft, readDraft, removeDraft, saveDraft } from "./checkout-draft";
import { CheckoutSummary, ReviewNote } from "./checkout-summary";
import { PaymentCard } from "./payment-card";
import { checkoutAttempts, placeOnce, type Purchase } from "./place-order";
import { productsQuery } from "./products-api";

export default function CheckoutPage() {
  const basket = useBasket();
  const customerId = useUser()?.id;
  const products = useQuery(productsQuery);
  const placing = usePlaceOrder();
  const { draft, changeDraft } = useDraft();
  // Waits for the configuration, because a panel that appears later would shift the summary.
  const { sandbox_providers: isSandbox = false } = useSuspenseQuery(configQuery).data;
  const { address } = draft;
  const faults = isSandbox ? draft.faults : undefined;
  const oversold = isSandbox && products.data ? oversell(basket, products.data) : undefined;
  const ordered = faults?.stock && oversold ? oversold.basket : basket;
  const listedTotal = products.data ? basketTotal(basketLines(ordered, products.data)) : null;
  const changedTotal = changedTotalOf(placing.error);
  // The product list shows a new price a moment after the order API.
  const total = changedTotal && isSameMoney(listedTotal, placing.variables?.expected_total) ? changedTotal : listedTotal;
  const isPlacing = placing.isPending || placing.isSuccess;
  const { onSubmit, errors } = useValidatedForm(addressErrors(address), () => {
    if (isPlacing || !total) return;
    const items = Object.entries(ordered).map(([sku, quantity]) => ({ sku, quantity }));
    placing.mutate({ items, payment_method: PAYMENT_CARD, shipping_address: address, expected_total: total, faults });
  });
  // The errors of the API are shown until the customer changes the address.
  const apiErrors = placing.variables?.shipping_address === address ? errorsBelow(placing.error, "/shipping_address") : {};

  if (Object.keys(basket).length === 0 && placing.isIdle) return <Navigate to="/basket" replace />;

  return (
    <>
      <PageTitle>{messages.checkout.title}</PageTitle>
      <form onSubmit={onSubmit} noValidate>
        <div className="with-summary">
          <SpaceBetween size="l">
            <Container header={<Header variant="h2">{messages.checkout.shippingAddress}</Header>}>
              <AddressFields address={address} onChange={(changed) => changeDraft({ ...draft, address: changed })} errors={{ ...apiErrors, ...errors }} />
            </Container>
            <Container header={<Header variant="h2">{messages.checkout.paymentMethod}</Header>}>
              <PaymentCard isSimulated={isSandbox} />
            </Container>
            {isSandbox && (
              <BreakItPanel
                plan={draft.faults ?? {}}
                onChange={(changed) => changeDraft({ ...draft, faults: changed })}
                soldOut={oversold && breakItMessages.soldOut(oversold.quantity, oversold.product.name)}
              />
            )}
          </SpaceBetween>
          <div className="summary">
            <Container header={<Header variant="h2">{messages.checkout.summary}</Header>}>
              <QueryResult query={products} loading={<Loading lines={8} label={messages.checkout.loadingPrices} />}>
                {(data) => (
                  <SpaceBetween size="m">
                    <CheckoutSummary lines={basketLines(ordered, data)} total={total} isFixed={isPlacing || ordered !== basket} />
                    {changedTotal ? (
                      <ChangedTotalNotice shown={placing.variables?.expected_total} current={changedTotal} />
                    ) : (
                      placing.error && <ErrorNotice error={placing.error} />
                    )}
                    {!isPlacing && checkoutAttempts(customerId).current && <UnknownOutcomeNotice />}
                    <div role="status">{faults && asksBank(faults) && <Alert type="info">{messages.checkout.bankWillAsk}</Alert>}</div>
                    <Button
                      variant="primary"
                      formAction="submit"
                      fullWidth
                      disabled={!total}
                      loading={isPlacing}
                      loadingText={messages.checkout.placing}
                    >
                      {messages.checkout.pay(total ? formatMoney(total.amount, total.currency) : undefined)}
                    </Button>
                    <Box textAlign="center">
                      <Link to="/basket">{messages.checkout.editBasket}</Link>
                    </Box>
                    <ReviewNote total={total} />
                  </SpaceBetween>
                )}
              </QueryResult>
            </Container>
          </div>
        </div>
      </form>
    </>
  );
}

/** What the customer has entered. Stored, because an expired session leads to the sign-in page and back. */
function useDraft() {
  const customerId = useUser()?.id;
  const [draft, setDraft] = useState(() => readDraft(customerId, { address: SAMPLE_ADDRESS }));
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
  const customerId = useUser()?.id;
  return useSingleMutation({
    mutationFn: (purchase: Purchase) => placeOnce(customerId, purchase),
    onError: () => queryClient.invalidateQueries(productsQuery),
    onSuccess: async ({ result, earlier }, order) => {
      const { order_id } = result;
      queryClient.setQueryData(placedOrderQuery(order_id).queryKey, placedOrder(result, earlier ?? order, customerId, new Date()));
      void queryClient.invalidateQueries(ordersQuery);
      removeDraft();
      await navigate(`/orders/${order_id}`, { state: { isNew: true, isEarlier: earlier !== undefined } satisfies OrderPageState });
      if (!earlier || JSON.stringify(earlier.items) === JSON.stringify(order.items)) {
        changeBasket((basket) => removeOrdered(basket, order.items));
      }
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
