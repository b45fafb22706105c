import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { messages } from "../messages";
import { EmptyState } from "../shared/empty-state";
import { formatMoney, formatTime, shortOrderNumber } from "../shared/format";
import { Hint } from "../shared/hint";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { reasonLabel } from "./order-status";
import { type OrderSummary, ordersQuery } from "./orders-api";
import { OrderStatusIndicator } from "./order-status-indicator";

export default function OrdersPage() {
  const orders = useInfiniteQuery(ordersQuery);
  return (
    <>
      <PageTitle>{messages.orders.title}</PageTitle>
      <QueryResult query={orders} loading={<Loading lines={6} label={messages.orders.loading} />} empty={<NoOrders />}>
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
          {messages.orders.showOlder}
        </Button>
      )}
    </>
  );
}

function NoOrders() {
  return (
    <EmptyState title={messages.orders.emptyTitle}>
      <Link to="/">{messages.common.goToShop}</Link>
    </EmptyState>
  );
}

function OrderRow({ order }: { order: OrderSummary }) {
  return (
    <li>
      <span>
        <Link to={`/orders/${order.order_id}`}>{order.items.map((line) => messages.common.lineItem(line.quantity, line.name)).join(", ")}</Link>
        <Hint>{messages.order.number(shortOrderNumber(order.order_id))}</Hint>
      </span>
      <span className="amount">{formatMoney(order.total, order.currency)}</span>
      <span>
        <OrderStatusIndicator status={order.status} />
        {order.reason && <Hint>{reasonLabel(order.reason)}</Hint>}
      </span>
      <Box variant="small">
        <time dateTime={order.placed_at}>{formatTime(order.placed_at)}</time>
      </Box>
    </li>
  );
}
