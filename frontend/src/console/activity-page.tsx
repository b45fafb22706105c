import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import ToggleButton from "@cloudscape-design/components/toggle-button";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { messages } from "../messages";
import { reasonLabel } from "../orders/order-status";
import { OrderStatusIndicator } from "../orders/order-status-indicator";
import { EmptyState } from "../shared/empty-state";
import { Fact } from "../shared/fact";
import { formatDuration, formatShare } from "../shared/format";
import { Hint } from "../shared/hint";
import { loadModule } from "../shared/load-module";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { ordersWithFaults, totalsByStatus } from "./activity-chart";
import { type Activity, activityQuery } from "./console-api";
import { consoleMessages } from "./console-messages";
import { DataTable } from "./data-table";

// Most of the JavaScript of this page. Loaded while the page shows the figures.
const OrdersChart = lazy(() => loadModule(() => import("./orders-chart")));

const HOURS = [1, 6, 24];

export default function ActivityPage() {
  const [hours, setHours] = useState(1);
  const activity = useQuery(activityQuery(hours));
  return (
    <>
      <PageTitle actions={<TimeRange selected={hours} onChange={setHours} />}>{consoleMessages.activity.title}</PageTitle>
      <QueryResult query={activity} loading={<Loading lines={10} label={consoleMessages.activity.loading} />}>
        {(data) => <ActivityContent activity={data} />}
      </QueryResult>
    </>
  );
}

function TimeRange({ selected, onChange }: { selected: number; onChange: (hours: number) => void }) {
  return (
    <div role="group" aria-label={consoleMessages.activity.timeRange}>
      <SpaceBetween size="xs" direction="horizontal">
        {HOURS.map((hours) => (
          <ToggleButton key={hours} pressed={hours === selected} onChange={() => onChange(hours)}>
            {consoleMessages.activity.hours(hours)}
          </ToggleButton>
        ))}
      </SpaceBetween>
    </div>
  );
}

function ActivityContent({ activity }: { activity: Activity }) {
  if (activity.orders === 0) return <EmptyState title={consoleMessages.activity.emptyTitle}>{consoleMessages.activity.empty}</EmptyState>;
  return (
    <SpaceBetween size="l">
      {activity.truncated && <Hint>{consoleMessages.activity.truncated(activity.orders)}</Hint>}
      <Figures activity={activity} />
      <Container header={<Header variant="h2">{consoleMessages.activity.chartTitle}</Header>}>
        <div className="orders-chart">
          <Suspense fallback={<Loading lines={12} label={consoleMessages.activity.loadingChart} />}>
            <OrdersChart activity={activity} />
          </Suspense>
        </div>
      </Container>
      <Rejections activity={activity} />
    </SpaceBetween>
  );
}

function Figures({ activity }: { activity: Activity }) {
  const { system, people } = activity.seconds_to_decide;
  const faults = ordersWithFaults(activity);
  return (
    <Container>
      <SpaceBetween size="l">
        <dl className="facts statuses">
          <Fact label={consoleMessages.activity.orders}>
            <Figure>{activity.orders.toLocaleString()}</Figure>
          </Fact>
          {totalsByStatus(activity).map(({ status, orders }) => (
            <Fact key={status} label={<OrderStatusIndicator status={status} />}>
              <Figure>{orders.toLocaleString()}</Figure>
            </Fact>
          ))}
        </dl>
        <dl className="facts">
          <Fact label={consoleMessages.activity.system}>
            <Times times={system} />
          </Fact>
          <Fact label={consoleMessages.activity.people}>
            <Times times={people} />
          </Fact>
          <Fact label={consoleMessages.activity.faults}>
            <Figure>{formatShare(faults, activity.orders)}</Figure>
            <Hint>{consoleMessages.activity.faultsOf(faults, activity.orders)}</Hint>
          </Fact>
        </dl>
        <Hint>{consoleMessages.activity.hint}</Hint>
      </SpaceBetween>
    </Container>
  );
}

/** The median and the 95th percentile, with the number of orders that they are about. */
function Times({ times }: { times: Activity["seconds_to_decide"]["system"] }) {
  return (
    <>
      <Figure>{times ? formatDuration(times.p50) : messages.common.noValue}</Figure>
      <Hint>{times ? consoleMessages.activity.times(formatDuration(times.p95), times.orders) : consoleMessages.activity.noTimes}</Hint>
    </>
  );
}

const Figure = ({ children }: { children: string }) => (
  <Box fontSize="heading-l" fontWeight="bold">
    {children}
  </Box>
);

function Rejections({ activity }: { activity: Activity }) {
  if (activity.rejections.length === 0) return null;
  return (
    <DataTable
      title={consoleMessages.activity.rejections}
      items={activity.rejections}
      keyOf={({ reason }) => reason}
      columns={[
        { header: consoleMessages.activity.reason, cell: ({ reason }) => <Reason reason={reason} /> },
        { header: consoleMessages.activity.kind, cell: ({ is_fault }) => (is_fault ? consoleMessages.activity.fault : consoleMessages.activity.answer) },
        { header: consoleMessages.activity.orders, isNumeric: true, cell: ({ orders }) => orders.toLocaleString() },
      ]}
    />
  );
}

const Reason = ({ reason }: { reason: string }) => (
  <>
    {reasonLabel(reason)}
    <Hint>
      <code>{reason}</code>
    </Hint>
  </>
);
