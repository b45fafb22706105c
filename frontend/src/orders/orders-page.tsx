import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { EmptyNotice } from "../shared/empty-notice";
import { moment, money } from "../shared/format";
import { Hint } from "../shared/hint";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { reasonInWords } from "./order-words";
import { type OrderSummary, ordersQuery } from "./orders-api";
import { StatusMark } from "./status-mark";

export default function OrdersPage() {
  const orders = useInfiniteQuery(ordersQuery);
  return (
    <>
      <PageTitle>My orders</PageTitle>
      <QueryResult query={orders} loading={<Loading lines={6} label="Loading your orders" />} empty={<NoOrders />}>
        {(data) => (
          <ul className="orders">
            {data.map((order) => (
              <OrderRow key={order.order_id} order={order} />
            ))}
          </ul>
        )}
      </QueryResult>
      {orders.hasNextPage && (
        <Button loading={orders.isFetchingNextPage} onClick={() => void orders.fetchNextPage()}>
          Show older orders
        </Button>
      )}
    </>
  );
}

function NoOrders() {
  return (
    <EmptyNotice title="No orders yet.">
      <Link to="/">Go to the shop</Link> and place one: it takes a minute.
    </EmptyNotice>
  );
}

function OrderRow({ order }: { order: OrderSummary }) {
  return (
    <li>
      <Link to={`/orders/${order.order_id}`}>{order.items.map((line) => `${line.quantity} × ${line.name}`).join(", ")}</Link>
      <span className="amount">{money(order.total, order.currency)}</span>
      <span>
        <StatusMark status={order.status} />
        {order.reason && <Hint>{reasonInWords(order.reason)}</Hint>}
      </span>
      <Box variant="small">
        <time dateTime={order.placed_at}>{moment(order.placed_at)}</time>
      </Box>
    </li>
  );
}
