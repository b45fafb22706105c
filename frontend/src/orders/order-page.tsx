import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button, { type ButtonProps } from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Grid from "@cloudscape-design/components/grid";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { type RefObject, useRef, useState } from "react";
import { Link, useLocation, useParams } from "react-router";
import { configQuery } from "../config";
import { messages } from "../messages";
import { RefundDiagram } from "../returns/refund-diagram";
import { type RefundProgress, refundProgress } from "../returns/refund-progress";
import { type RequestedReturn, ReturnItemsForm } from "../returns/return-items-form";
import { ReturnList } from "../returns/return-list";
import { returnableLines } from "../returns/returnable";
import { useOrderWithReturn } from "../returns/returns-api";
import { CarrierPanel } from "../sandbox/carrier-panel";
import { useUser } from "../session/session";
import { EmptyState } from "../shared/empty-state";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { AsOfSlider } from "./as-of-slider";
import { CancelOrderButton } from "./cancel-order-button";
import { timelineEvents } from "./event-history";
import { OrderDetails } from "./order-details";
import { bankUrl, isUndecided, isWaitingForOperator, NEW_ORDER_RETRY_MS } from "./order-polling";
import { statusDescription } from "./order-status";
import { OrderStatusIndicator } from "./order-status-indicator";
import { type Order, orderAsOfQuery, orderEventsQuery, orderQuery, type OrderEvent } from "./orders-api";
import { PaymentConfirmation } from "./payment-confirmation";
import { SagaDiagram } from "./saga-diagram";
import { sagaProgress } from "./saga-progress";
import { Timeline } from "./timeline";

/** The navigation state that the checkout page and the sandbox bank pass to this page. */
export interface OrderPageState {
  /** Whether the order was just placed. The views may not contain it yet. */
  isNew?: boolean;
  /** Whether an earlier attempt, before the customer changed something, placed the order. */
  isEarlier?: boolean;
  /** Whether the customer has answered the bank. The shop may not know the answer yet. */
  hasAnsweredBank?: boolean;
}

export default function OrderPage() {
  const { orderId = "" } = useParams();
  const { isNew = false, isEarlier = false, hasAnsweredBank = false } = (useLocation().state ?? {}) as OrderPageState;
  const order = useQuery(orderQuery(orderId, isNew));
  if (order.data)
    return (
      <>
        {isEarlier && <EarlierOrderNotice />}
        <OrderContent key={orderId} order={order.data} hasAnsweredBank={hasAnsweredBank} />
      </>
    );
  return (
    <>
      <PageTitle>{messages.order.title}</PageTitle>
      <QueryResult
        query={order}
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
    <Alert type="warning" header={messages.order.earlierTitle}>
      {messages.order.earlier}
    </Alert>
  );
}

function OrderContent({ order: fetched, hasAnsweredBank }: { order: Order; hasAnsweredBank: boolean }) {
  const [asOf, setAsOf] = useState<string | null>(null);
  const [isReturning, setReturning] = useState(false);
  const [requested, setRequested] = useState<RequestedReturn>();
  const returnButton = useRef<ButtonProps.Ref>(null);
  const current = useOrderWithReturn(fetched, requested?.created);
  const earlier = useQuery(orderAsOfQuery(current.order_id, asOf));
  const order = asOf === null ? current : (earlier.data ?? current);
  const events = useQuery(orderEventsQuery(current.order_id, current.timeline.length));
  const placed = events.data?.find(({ type }) => type === "OrderPlaced");
  const isOwn = useIsOwn(placed);
  const url = bankUrl(current);
  useQuery({ ...orderQuery(current.order_id), refetchInterval: NEW_ORDER_RETRY_MS, enabled: hasAnsweredBank && url !== undefined });
  const isFormOpen = isReturning && asOf === null && returnableLines(current).length > 0;
  const closeForm = (result?: RequestedReturn) => {
    setReturning(false);
    if (result) setRequested(result);
    returnButton.current?.focus();
  };
  const actions = (
    <OrderActions order={current} isOwn={isOwn} returnButton={returnButton} isFormOpen={isFormOpen} openForm={() => setReturning(true)} />
  );
  return (
    <>
      <PageTitle title={messages.order.title} actions={asOf === null && actions}>
        {messages.order.title}{" "}
        <Box variant="span" color="text-body-secondary">
          {current.order_id}
        </Box>
      </PageTitle>
      <div role="status" data-status={order.status}>
        <SpaceBetween direction="horizontal" size="s">
          <OrderStatusIndicator status={order.status} />
          <span>{statusDescription(order.status, order.reason)}</span>
        </SpaceBetween>
      </div>
      {isOwn && asOf === null && <PaymentConfirmation order={current} bankUrl={url} isAnswered={hasAnsweredBank} />}
      {isFormOpen && (
        <Box margin={{ top: "m" }}>
          <ReturnItemsForm order={current} close={closeForm} />
        </Box>
      )}
      {requested && !isFormOpen && <RequestedReturnNotice isEarlier={requested.isEarlier} />}
      <AsOfSlider times={current.timeline.map(({ time }) => time)} selected={asOf} onChange={setAsOf} />
      <QueryResult query={events} loading={<Loading lines={12} label={messages.order.loadingSaga} />}>
        {(data) => <OrderPanels order={order} events={data.filter(({ time }) => asOf === null || time <= asOf)} isNow={asOf === null} />}
      </QueryResult>
    </>
  );
}

/** Whether the user is the customer of the order. Only operators see the orders of others. */
function useIsOwn(placed: OrderEvent | undefined): boolean {
  const user = useUser();
  return !user?.isOperator || placed?.data["customer_id"] === user.id;
}

interface OrderActionsProps {
  order: Order;
  isOwn: boolean;
  returnButton: RefObject<ButtonProps.Ref | null>;
  isFormOpen: boolean;
  openForm: () => void;
}

/**
 * Customers can cancel their own order until it is decided, and return its items after it is paid. Operators see all
 * orders, and resolve tasks on another page.
 */
function OrderActions({ order, isOwn, returnButton, isFormOpen, openForm }: OrderActionsProps) {
  const user = useUser();
  if (isOwn && isUndecided(order)) return <CancelOrderButton orderId={order.order_id} />;
  return (
    <SpaceBetween direction="horizontal" size="s" alignItems="center">
      {user?.isOperator && isWaitingForOperator(order) && <Link to="/operations/tasks">{messages.order.goToTasks}</Link>}
      {isOwn && returnableLines(order).length > 0 && (
        <Button ref={returnButton} ariaExpanded={isFormOpen} onClick={openForm}>
          {messages.returns.open}
        </Button>
      )}
    </SpaceBetween>
  );
}

function RequestedReturnNotice({ isEarlier }: { isEarlier: boolean }) {
  return (
    <Box margin={{ top: "m" }}>
      <div role="status">
        {isEarlier ? (
          <Alert type="warning" header={messages.returns.earlierTitle}>
            {messages.returns.earlier}
          </Alert>
        ) : (
          <Alert type="success">{messages.returns.received}</Alert>
        )}
      </div>
    </Box>
  );
}

/** The sagas, the returns, the timeline and the details. They are rendered together, because a panel that appears later would shift the others. */
function OrderPanels({ order, events, isNow }: { order: Order; events: OrderEvent[]; isNow: boolean }) {
  const config = useQuery(configQuery);
  const progress = sagaProgress(timelineEvents(order.timeline, events), config.data?.review_thresholds);
  return (
    <Grid gridDefinition={[{ colspan: { default: 12, s: 6, l: 5 } }, { colspan: { default: 12, s: 6, l: 7 } }]}>
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">{messages.order.saga}</Header>}>
          <SagaDiagram progress={progress} placedAt={order.placed_at} />
        </Container>
        {order.returns.map(({ return_id }, index) => (
          <RefundPanel key={return_id} number={index + 1} progress={refundProgress(events, return_id)} />
        ))}
      </SpaceBetween>
      <SpaceBetween size="l">
        {order.returns.length > 0 && (
          <Container header={<Header variant="h2">{messages.returns.title}</Header>}>
            <ReturnList order={order} />
          </Container>
        )}
        <Container header={<Header variant="h2">{messages.order.timeline}</Header>}>
          <Timeline events={events} placedAt={order.placed_at} />
        </Container>
        <Container header={<Header variant="h2">{messages.order.details}</Header>}>
          <OrderDetails order={order} />
        </Container>
        {isNow && <CarrierPanel order={order} />}
      </SpaceBetween>
    </Grid>
  );
}

/** The saga that refunds a return, once the return is accepted. */
function RefundPanel({ number, progress }: { number: number; progress: RefundProgress | null }) {
  return (
    progress && (
      <Container header={<Header variant="h2">{messages.refund.title(number)}</Header>}>
        <RefundDiagram progress={progress} />
      </Container>
    )
  );
}
