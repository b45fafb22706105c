import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { errorMessage } from "../api/api-error";
import NotFoundPage from "../frame/not-found-page";
import { messages } from "../messages";
import type { OrderPageState } from "../orders/order-page";
import { bankUrl } from "../orders/order-polling";
import { type Order, orderQuery } from "../orders/orders-api";
import { formatMoney } from "../shared/format";
import { Loading } from "../shared/loading";
import { QueryResult } from "../shared/query-result";
import { useSingleMutation } from "../shared/single-mutation";
import { answerBank, type BankAnswer, useSandboxProviders } from "./sandbox-api";

/**
 * Plays the bank that asks the customer to confirm a payment. It has neither the frame nor the components of the shop,
 * because it must look neither like the shop nor like a real bank.
 */
export default function BankPage() {
  const { orderId = "" } = useParams();
  const isAvailable = useSandboxProviders();
  const order = useQuery(orderQuery(orderId));
  useEffect(() => {
    document.title = messages.sandbox.bank;
  }, []);
  if (isAvailable === false) return <NotFoundPage />;
  return (
    <div className="bank">
      <main>
        <div className="stripes" />
        <h1>{messages.sandbox.bank}</h1>
        <p>{messages.sandbox.bankNotice}</p>
        <QueryResult query={order} loading={<Loading lines={6} label={messages.sandbox.loading} />} notFound={<p>{messages.sandbox.noPayment}</p>}>
          {(data) => (bankUrl(data) === undefined ? <p>{messages.sandbox.noPayment}</p> : <BankQuestion order={data} />)}
        </QueryResult>
        <p>
          <Link to={`/orders/${orderId}`}>{messages.sandbox.backToOrder}</Link>
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
    onSuccess: () => navigate(`/orders/${order.order_id}`, { state: { hasAnsweredBank: true } satisfies OrderPageState }),
    onSettled: () => queryClient.invalidateQueries(orderQuery(order.order_id)),
  });
  const isDisabled = answering.isPending || answering.isSuccess;
  const facts = [
    [messages.sandbox.shop, messages.common.appName],
    [messages.sandbox.amount, formatMoney(order.total, order.currency)],
    [messages.sandbox.card, order.payment?.payment_method],
    [messages.sandbox.order, order.order_id],
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
      <p>{messages.sandbox.question}</p>
      <div className="answers">
        <button type="button" disabled={isDisabled} onClick={() => answering.mutate("approve")}>
          {messages.sandbox.approve}
        </button>
        <button type="button" disabled={isDisabled} onClick={() => answering.mutate("decline")}>
          {messages.sandbox.decline}
        </button>
      </div>
      <p role="status">{isDisabled && messages.sandbox.answering}</p>
      {answering.error && <p role="alert">{errorMessage(answering.error)}</p>}
    </>
  );
}
