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
import { reasonInWords } from "../orders/order-words";
import { StatusMark } from "../orders/status-mark";
import { EmptyNotice } from "../shared/empty-notice";
import { duration } from "../shared/format";
import { Hint } from "../shared/hint";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { highest, series, totals } from "./activity-chart";
import { CHART_WORDS } from "./chart-words";
import { type Activity, activityQuery } from "./console-api";

const HOURS = [1, 6, 24];

export default function ActivityPage() {
  const [hours, setHours] = useState(1);
  const activity = useQuery(activityQuery(hours));
  return (
    <>
      <PageTitle actions={<HoursChoice chosen={hours} choose={setHours} />}>Activity</PageTitle>
      <QueryResult query={activity} loading={<Loading lines={10} label="Loading the activity" />}>
        {(data) => <ActivityInFull activity={data} />}
      </QueryResult>
    </>
  );
}

function HoursChoice({ chosen, choose }: { chosen: number; choose: (hours: number) => void }) {
  return (
    <div role="group" aria-label="How far back">
      <SpaceBetween size="xs" direction="horizontal">
        {HOURS.map((hours) => (
          <ToggleButton key={hours} pressed={hours === chosen} onChange={() => choose(hours)}>
            {hours === 1 ? "Last hour" : `${hours} hours`}
          </ToggleButton>
        ))}
      </SpaceBetween>
    </div>
  );
}

function ActivityInFull({ activity }: { activity: Activity }) {
  if (activity.orders === 0) return <EmptyNotice title="No orders in this time.">When somebody orders, it shows here within seconds.</EmptyNotice>;
  return (
    <SpaceBetween size="l">
      {activity.truncated && <Hint>There are more orders than are counted here: these are the newest {activity.orders.toLocaleString()}.</Hint>}
      <Figures activity={activity} />
      <Container header={<Header variant="h2">Orders by the time of placing, and what became of them</Header>}>
        <BarChart
          {...CHART_WORDS}
          series={series(activity)}
          xDomain={activity.buckets.map(({ start }) => new Date(start))}
          yDomain={[0, highest(activity)]}
          xScaleType="categorical"
          xTitle="Placed at"
          yTitle="Orders"
          ariaLabel="Orders by the time of placing"
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
          { label: "Orders", value: <Figure>{activity.orders.toLocaleString()}</Figure> },
          ...totals(activity).map(({ status, orders }) => ({
            label: <StatusMark status={status} />,
            value: <Figure>{orders.toLocaleString()}</Figure>,
          })),
          { label: "Half confirmed within (p50)", value: <Figure>{times ? duration(times.p50) : "–"}</Figure> },
          { label: "95 of 100 confirmed within (p95)", value: <Figure>{times ? duration(times.p95) : "–"}</Figure> },
        ]}
      />
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
      ariaLabels={{ tableLabel: "Why orders were refused" }}
      header={<Header>Why orders were refused</Header>}
      columnDefinitions={[
        { id: "reason", header: "Reason", isRowHeader: true, cell: ({ reason }) => reasonInWords(reason) },
        { id: "code", header: "Code", cell: ({ reason }) => <code>{reason}</code> },
        { id: "orders", header: "Orders", cell: ({ orders }) => orders.toLocaleString() },
      ]}
    />
  );
}
