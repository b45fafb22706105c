import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Grid from "@cloudscape-design/components/grid";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation, useParams } from "react-router";
import { useUser } from "../session/session";
import { EmptyNotice } from "../shared/empty-notice";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { AsOfSlider } from "./as-of-slider";
import { CancelButton } from "./cancel-button";
import { OrderFacts } from "./order-facts";
import { isUndecided, waitsForAPerson } from "./order-polling";
import { statusInWords } from "./order-words";
import { type Order, orderAsOfQuery, orderEventsQuery, orderQuery, type OrderEvent } from "./orders-api";
import { SagaPicture } from "./saga-picture";
import { sagaProgress } from "./saga-progress";
import { StatusMark } from "./status-mark";
import { Timeline } from "./timeline";

/** What the way to this page may tell of the order. */
export interface OrderPageState {
  isNew?: boolean;
  /** An earlier try had placed it, before the customer changed something and tried again. */
  isEarlier?: boolean;
}

export default function OrderPage() {
  const { orderId = "" } = useParams();
  const { isNew = false, isEarlier = false } = (useLocation().state ?? {}) as OrderPageState;
  const order = useQuery(orderQuery(orderId, isNew));
  if (order.data)
    return (
      <>
        {isEarlier && <EarlierOrderNotice />}
        <OrderInFull key={orderId} order={order.data} />
      </>
    );
  return (
    <>
      <PageTitle>Order</PageTitle>
      <QueryResult
        query={order}
        loading={<Loading lines={8} label={isNew ? "The order is on its way to the views" : "Looking for the order"} />}
        notFound={<NoSuchOrder />}
      >
        {() => null}
      </QueryResult>
    </>
  );
}

function NoSuchOrder() {
  return (
    <EmptyNotice title="There is no such order.">
      It may be somebody else’s, or its address mistyped. <Link to="/orders">Go to my orders</Link>.
    </EmptyNotice>
  );
}

function EarlierOrderNotice() {
  return (
    <Alert type="warning" header="Your first try had placed this order">
      Its answer was lost on the way. What you changed afterwards is not in this order, and no second one was placed. If it is not
      what you want, cancel it, and place another.
    </Alert>
  );
}

function OrderInFull({ order: now }: { order: Order }) {
  const [moment, setMoment] = useState<string | null>(null);
  const then = useQuery(orderAsOfQuery(now.order_id, moment));
  const order = moment === null ? now : (then.data ?? now);
  const events = useQuery(orderEventsQuery(now.order_id, now.timeline.length));
  return (
    <>
      <PageTitle title="Order" actions={moment === null && <WhatToDo order={now} placed={events.data?.find(({ type }) => type === "OrderPlaced")} />}>
        Order{" "}
        <Box variant="span" color="text-body-secondary">
          {now.order_id}
        </Box>
      </PageTitle>
      <div role="status" data-status={order.status}>
        <SpaceBetween direction="horizontal" size="s">
          <StatusMark status={order.status} />
          <span>{statusInWords(order.status, order.reason)}</span>
        </SpaceBetween>
      </div>
      <AsOfSlider times={now.timeline.map(({ time }) => time)} moment={moment} choose={setMoment} />
      <QueryResult query={events} loading={<Loading lines={12} label="Loading the saga" />}>
        {(data) => <Story order={order} events={data.filter(({ time }) => moment === null || time <= moment)} />}
      </QueryResult>
    </>
  );
}

/** Who placed the order may cancel it, as long as nothing is decided. Operators see everybody's, and decide elsewhere. */
function WhatToDo({ order, placed }: { order: Order; placed: OrderEvent | undefined }) {
  const user = useUser();
  const isMine = !user?.isOperator || placed?.data["customer_id"] === user.id;
  if (isMine && isUndecided(order)) return <CancelButton orderId={order.order_id} />;
  return user?.isOperator && waitsForAPerson(order) && <Link to="/operations/tasks">Decide on it</Link>;
}

/** The order in three containers. They appear together: one that grew would push the others down. */
function Story({ order, events }: { order: Order; events: OrderEvent[] }) {
  return (
    <Grid gridDefinition={[{ colspan: { default: 12, s: 6, l: 5 } }, { colspan: { default: 12, s: 6, l: 7 } }]}>
      <Container header={<Header variant="h2">Its saga</Header>}>
        <SagaPicture progress={sagaProgress(events)} placedAt={order.placed_at} />
      </Container>
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">Timeline</Header>}>
          <Timeline events={events} placedAt={order.placed_at} />
        </Container>
        <Container header={<Header variant="h2">What was ordered</Header>}>
          <OrderFacts order={order} />
        </Container>
      </SpaceBetween>
    </Grid>
  );
}
