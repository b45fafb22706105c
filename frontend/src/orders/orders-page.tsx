import Button from "@cloudscape-design/components/button";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { EmptyNotice } from "../shared/empty-notice";
import { ErrorNotice } from "../shared/error-notice";
import { PageTitle } from "../shared/page-title";
import { Loading } from "../shared/loading";
import { moment, money } from "../shared/format";
import { reasonInWords } from "./order-words";
import { type OrderSummary, ordersQuery } from "./orders-api";
import { StatusMark } from "./status-mark";

export default function OrdersPage() {
  const orders = useInfiniteQuery(ordersQuery);
  const shown = orders.data?.pages.flatMap((page) => page.orders) ?? [];
  return (
    <>
      <PageTitle>My orders</PageTitle>
      {orders.error && shown.length === 0 ? (
        <ErrorNotice error={orders.error} retry={() => void orders.refetch()} />
      ) : orders.isPending ? (
        <Loading lines={6} label="Loading your orders" />
      ) : shown.length === 0 ? (
        <EmptyNotice title="No orders yet.">
          <Link to="/">Go to the shop</Link> and place one: it takes a minute.
        </EmptyNotice>
      ) : (
        <ul className="orders">
          {shown.map((order) => (
            <OrderRow key={order.order_id} order={order} />
          ))}
        </ul>
      )}
      {orders.hasNextPage && (
        <Button loading={orders.isFetchingNextPage} onClick={() => void orders.fetchNextPage()}>
          Show older orders
        </Button>
      )}
    </>
  );
}

function OrderRow({ order }: { order: OrderSummary }) {
  return (
    <li>
      <Link to={`/orders/${order.order_id}`}>{order.items.map((line) => `${line.quantity} × ${line.name}`).join(", ")}</Link>
      <span className="amount">{money(order.total, order.currency)}</span>
      <span>
        <StatusMark status={order.status} />
        {order.reason && <span className="hint">{reasonInWords(order.reason)}</span>}
      </span>
      <time dateTime={order.placed_at}>{moment(order.placed_at)}</time>
    </li>
  );
}
