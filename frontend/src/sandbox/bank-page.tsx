import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { errorMessage } from "../api/api-error";
import NotFoundPage from "../frame/not-found-page";
import { messages } from "../messages";
import { bankUrl } from "../orders/order-polling";
import { type Order, orderQuery } from "../orders/orders-api";
import { focusOnMount } from "../shared/focus-on-mount";
import { formatMoney, shortOrderNumber } from "../shared/format";
import { Loading } from "../shared/loading";
import { paymentMethodName } from "../shared/payment-card";
import { QueryResult } from "../shared/query-result";
import { useSingleMutation } from "../shared/single-mutation";
import type { AnsweredBankState } from "./answered-bank";
import { answerBank, type BankAnswer, useSandboxProviders } from "./sandbox-api";
import { sandboxMessages } from "./sandbox-messages";
import "./sandbox.css";

/**
 * Plays the bank that asks the customer to confirm a payment. It has neither the frame nor the components of the shop,
 * because it must look neither like the shop nor like a real bank.
 */
export default function BankPage() {
  const { orderId = "" } = useParams();
  const isAvailable = useSandboxProviders();
  const order = useQuery(orderQuery(orderId));
  useEffect(() => {
    document.title = sandboxMessages.bank;
  }, []);
  if (isAvailable === false) return <NotFoundPage />;
  return (
    <div className="bank">
      {/* It appears after the navigation, because the page is loaded on demand. */}
      <main tabIndex={-1} ref={focusOnMount}>
        <div className="stripes" />
        <h1>{sandboxMessages.bank}</h1>
        <p>{sandboxMessages.bankNotice}</p>
        <QueryResult query={order} loading={<Loading lines={6} label={sandboxMessages.loading} />} notFound={<p>{sandboxMessages.noPayment}</p>}>
          {(data) => (bankUrl(data) === undefined ? <p>{sandboxMessages.noPayment}</p> : <BankQuestion order={data} />)}
        </QueryResult>
        <p>
          <Link to={`/orders/${orderId}`}>{sandboxMessages.backToOrder}</Link>
        </p>
      </main>
    </div>
  );
}

function BankQuestion({ order }: { order: Order }) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const answering = useSingleMutation({
    mutationFn: (answer: BankAnswer) => answerBank(order.order_id, answer),
    onSuccess: () => navigate(`/orders/${order.order_id}`, { state: { hasAnsweredBank: true } satisfies AnsweredBankState }),
    onSettled: () => queryClient.invalidateQueries(orderQuery(order.order_id)),
  });
  const isDisabled = answering.isPending || answering.isSuccess;
  const facts = [
    [sandboxMessages.shop, messages.common.appName],
    [sandboxMessages.amount, formatMoney(order.total, order.currency)],
    [sandboxMessages.card, paymentMethodName(order.payment?.payment_method)],
    [sandboxMessages.order, shortOrderNumber(order.order_id)],
  ];
  return (
    <>
      <dl>
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p>{sandboxMessages.question}</p>
      <div className="answers">
        <button type="button" disabled={isDisabled} onClick={() => answering.mutate("approve")}>
          {sandboxMessages.approve}
        </button>
        <button type="button" disabled={isDisabled} onClick={() => answering.mutate("decline")}>
          {sandboxMessages.decline}
        </button>
      </div>
      <p role="status">{isDisabled && sandboxMessages.answering}</p>
      {answering.error && <p role="alert">{errorMessage(answering.error)}</p>}
    </>
  );
}
