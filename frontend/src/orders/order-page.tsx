import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Link, useLocation, useParams } from "react-router";
import { configQuery } from "../config";
import { messages } from "../messages";
import { returnMessages } from "../returns/return-messages";
import { useReturnItems } from "../returns/use-return-items";
import { useUser } from "../session/session";
import { useAnswerOfBank } from "../sandbox/answered-bank";
import { CarrierPanel } from "../sandbox/carrier-panel";
import { EmptyState } from "../shared/empty-state";
import { formatTime, shortOrderNumber } from "../shared/format";
import { loadModule } from "../shared/load-module";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { OrderActions } from "./order-actions";
import { orderAt } from "./order-at";
import { orderHeadline } from "./order-headline";
import { isLate, isUndecided } from "./order-polling";
import { statusLabel } from "./order-status";
import { OrderTabs, UNDER_THE_HOOD } from "./order-tabs";
import { type Order, orderEventsQuery, orderQuery, type OrderEvent } from "./orders-api";
import { type PlacedOrder, placedOrderQuery } from "./placed-order";
import { Receipt } from "./receipt";
import { SHORTEST_UNDER_THE_HOOD_MS } from "./replay";
import { ArrowMarkers } from "./saga-shapes";
import { useCancelOrder } from "./use-cancel-order";
import { useReplay } from "./use-replay";
import "./orders.css";

const OrderReturns = lazy(() => loadModule(() => import("../returns/order-returns")));

/** The navigation state that the checkout page passes to this page. */
export interface OrderPageState {
  /** Whether the order was just placed. The views may not contain it yet. */
  isNew?: boolean;
  /** Whether an earlier attempt, before the customer changed something, placed the order. */
  isEarlier?: boolean;
}

export default function OrderPage() {
  const { orderId = "" } = useParams();
  const { isNew: wasJustPlaced = false, isEarlier = false } = (useLocation().state ?? {}) as OrderPageState;
  const placed = useQuery(placedOrderQuery(orderId)).data;
  const isNew = wasJustPlaced || placed !== undefined;
  const order = useQuery({ ...orderQuery(orderId, isNew), placeholderData: placed?.order });
  const timeline = order.data?.timeline ?? [];
  const events = useQuery({
    ...orderEventsQuery(orderId, timeline.length),
    enabled: order.data !== undefined && !order.isPlaceholderData,
    placeholderData: (previous: OrderEvent[] | undefined) => previous ?? placed?.events,
  });
  const config = useQuery(configQuery);
  // All parts are rendered together, because a part that appears later would shift the others.
  if (order.data && events.data && !config.isPending)
    return (
      <>
        {isEarlier && <EarlierOrderNotice />}
        {isLate(order.failureCount) && <LateOrderNotice />}
        <OrderContent key={orderId} order={order.data} events={events.data} areEventsOld={events.isPlaceholderData} address={placed?.address} />
      </>
    );
  return (
    <>
      <PageTitle>{messages.order.title}</PageTitle>
      {isLate(order.failureCount) && <LateOrderNotice />}
      <QueryResult<unknown>
        query={!order.data ? order : !events.data ? events : config}
        loading={<Loading lines={8} label={isNew ? messages.order.loadingNew : messages.order.loading} />}
        notFound={<OrderNotFound />}
      >
        {() => null}
      </QueryResult>
    </>
  );
}

function OrderNotFound() {
  return (
    <EmptyState title={messages.order.notFoundTitle}>
      {messages.order.notFound} <Link to="/orders">{messages.order.goToOrders}</Link>
    </EmptyState>
  );
}

function EarlierOrderNotice() {
  return (
    <Box margin={{ bottom: "l" }}>
      <Alert type="warning" header={messages.order.earlierTitle}>
        {messages.order.earlier}
      </Alert>
    </Box>
  );
}

function LateOrderNotice() {
  return (
    <Box margin={{ bottom: "l" }}>
      <div role="status">
        <Alert type="info">{messages.order.late}</Alert>
      </div>
    </Box>
  );
}

interface OrderContentProps {
  order: Order;
  events: OrderEvent[];
  /** Whether the latest events of the order are still being fetched. */
  areEventsOld: boolean;
  address: PlacedOrder["address"] | undefined;
}

/** The headline, the receipt and the picture of the order show the same moment. The user acts on the current order. */
function OrderContent({ order: fetched, events, areEventsOld, address }: OrderContentProps) {
  const returning = useReturnItems(fetched);
  const current = returning.order;
  const cancelling = useCancelOrder(current);
  const isUnderTheHood = useLocation().hash === `#${UNDER_THE_HOOD}`;
  const replayed = useReplay(events, isUnderTheHood ? SHORTEST_UNDER_THE_HOOD_MS : undefined);
  const { shown, isRewound } = replayed;
  // The room is kept after the decision, because the page would move while the customer watches the order run.
  const [hasRoom] = useState(isUndecided(current));
  const pictured = replayed.next || areEventsOld ? orderAt(current, shown) : current;
  // A page that follows the order reports its current status, although the picture may be a little behind.
  const reported = isRewound ? pictured : current;
  const hasAnsweredBank = useAnswerOfBank(current);
  const placed = events.find(({ type }) => type === "OrderPlaced");
  const isOwn = useIsOwn(placed);
  const number = shortOrderNumber(current.order_id);
  const headline = orderHeadline(pictured, hasAnsweredBank);
  return (
    <>
      <ArrowMarkers />
      <div className="headline">
        <Box variant="small">
          {isRewound ? messages.order.asOf(number, formatTime(shown.at(-1)?.time ?? pictured.updated_at)) : messages.order.number(number)}
        </Box>
        <div className={hasRoom ? "headline-running" : undefined} role="status" data-status={reported.status}>
          <PageTitle title={messages.order.number(number)} description={isOwn && headline.description}>
            {isOwn ? headline.title : messages.order.headlineForOperator(statusLabel(pictured.status))}
          </PageTitle>
        </div>
        <div className={isRewound ? "headline-actions invisible" : "headline-actions"}>
          <OrderActions
            order={current}
            isOwn={isOwn}
            customerId={placed?.data["customer_id"] as string | undefined}
            cancelButton={cancelling.button}
          />
          {isOwn && returning.button}
        </div>
      </div>
      {cancelling.notice}
      <div className="order">
        <SpaceBetween size="l">
          {returning.form}
          <Receipt order={pictured} paymentMethod={placed?.data["payment_method"] as string | undefined} address={address} />
        </SpaceBetween>
        <CarrierPanel order={current} />
        <div className="order-picture">
          <OrderTabs order={pictured} replayed={replayed} />
        </div>
        {reported.returns.length > 0 && (
          <Suspense fallback={<Loading lines={6} label={returnMessages.loading} />}>
            <OrderReturns order={reported} events={shown} />
          </Suspense>
        )}
      </div>
    </>
  );
}

/** Whether the user is the customer of the order. Only operators see the orders of others. */
function useIsOwn(placed: OrderEvent | undefined): boolean {
  const user = useUser();
  return !user?.isOperator || placed?.data["customer_id"] === user.id;
}
