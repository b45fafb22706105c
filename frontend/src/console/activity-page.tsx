import BarChart from "@cloudscape-design/components/bar-chart";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import ToggleButton from "@cloudscape-design/components/toggle-button";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { messages } from "../messages";
import { reasonLabel } from "../orders/order-status";
import { OrderStatusIndicator } from "../orders/order-status-indicator";
import { EmptyState } from "../shared/empty-state";
import { formatDuration } from "../shared/format";
import { Hint } from "../shared/hint";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { chartSeries, i18nStrings, maxOrders, totalsByStatus } from "./activity-chart";
import { type Activity, activityQuery } from "./console-api";

const HOURS = [1, 6, 24];

export default function ActivityPage() {
  const [hours, setHours] = useState(1);
  const activity = useQuery(activityQuery(hours));
  return (
    <>
      <PageTitle actions={<TimeRange selected={hours} onChange={setHours} />}>{messages.activity.title}</PageTitle>
      <QueryResult query={activity} loading={<Loading lines={10} label={messages.activity.loading} />}>
        {(data) => <ActivityContent activity={data} />}
      </QueryResult>
    </>
  );
}

function TimeRange({ selected, onChange }: { selected: number; onChange: (hours: number) => void }) {
  return (
    <div role="group" aria-label={messages.activity.timeRange}>
      <SpaceBetween size="xs" direction="horizontal">
        {HOURS.map((hours) => (
          <ToggleButton key={hours} pressed={hours === selected} onChange={() => onChange(hours)}>
            {messages.activity.hours(hours)}
          </ToggleButton>
        ))}
      </SpaceBetween>
    </div>
  );
}

function ActivityContent({ activity }: { activity: Activity }) {
  if (activity.orders === 0) return <EmptyState title={messages.activity.emptyTitle}>{messages.activity.empty}</EmptyState>;
  return (
    <SpaceBetween size="l">
      {activity.truncated && <Hint>{messages.activity.truncated(activity.orders)}</Hint>}
      <Figures activity={activity} />
      <Container header={<Header variant="h2">{messages.activity.chartTitle}</Header>}>
        <BarChart
          i18nStrings={i18nStrings}
          series={chartSeries(activity)}
          xDomain={activity.buckets.map(({ start }) => new Date(start))}
          yDomain={[0, maxOrders(activity)]}
          xScaleType="categorical"
          xTitle={messages.activity.timePlaced}
          yTitle={messages.activity.orders}
          ariaLabel={messages.activity.chartLabel}
          height={240}
          stackedBars
          hideFilter
        />
      </Container>
      <Rejections activity={activity} />
    </SpaceBetween>
  );
}

function Figures({ activity }: { activity: Activity }) {
  const times = activity.seconds_to_confirm;
  return (
    <Container>
      <KeyValuePairs
        columns={4}
        items={[
          { label: messages.activity.orders, value: <Figure>{activity.orders.toLocaleString()}</Figure> },
          ...totalsByStatus(activity).map(({ status, orders }) => ({
            label: <OrderStatusIndicator status={status} />,
            value: <Figure>{orders.toLocaleString()}</Figure>,
          })),
          { label: messages.activity.medianTime, value: <Figure>{times ? formatDuration(times.p50) : messages.common.noValue}</Figure> },
          { label: messages.activity.slowTime, value: <Figure>{times ? formatDuration(times.p95) : messages.common.noValue}</Figure> },
        ]}
      />
      <Hint>{messages.activity.timesHint}</Hint>
    </Container>
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
    <Table
      items={activity.rejections}
      trackBy="reason"
      wrapLines
      ariaLabels={{ tableLabel: messages.activity.rejections }}
      header={<Header>{messages.activity.rejections}</Header>}
      columnDefinitions={[
        { id: "reason", header: messages.activity.reason, isRowHeader: true, cell: ({ reason }) => reasonLabel(reason) },
        { id: "code", header: messages.activity.code, cell: ({ reason }) => <code>{reason}</code> },
        { id: "orders", header: messages.activity.orders, cell: ({ orders }) => orders.toLocaleString() },
      ]}
    />
  );
}
