import BarChart from "@cloudscape-design/components/bar-chart";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { EmptyNotice } from "../shared/empty-notice";
import { PageTitle } from "../shared/page-title";
import { Loading } from "../shared/loading";
import { QueryResult } from "../shared/query-result";
import { count, duration } from "../shared/format";
import { reasonInWords } from "../orders/order-words";
import { StatusMark } from "../orders/status-mark";
import { highest, series, totals } from "./activity-chart";
import { type Activity, activityQuery } from "./console-api";
import { CHART_WORDS } from "./chart-words";

const HOURS = [1, 6, 24];

export default function ActivityPage() {
  const [hours, setHours] = useState(1);
  const activity = useQuery(activityQuery(hours));
  return (
    <>
      <PageTitle aside={<HoursChoice chosen={hours} choose={setHours} />}>Activity</PageTitle>
      <QueryResult query={activity} loading={<Loading lines={10} label="Loading the activity" />}>
        {(data) => <ActivityInFull activity={data} />}
      </QueryResult>
    </>
  );
}

function HoursChoice({ chosen, choose }: { chosen: number; choose: (hours: number) => void }) {
  return (
    <div className="choice" role="group" aria-label="How far back">
      {HOURS.map((hours) => (
        <button key={hours} type="button" aria-pressed={hours === chosen} onClick={() => choose(hours)}>
          {hours === 1 ? "Last hour" : `${hours} hours`}
        </button>
      ))}
    </div>
  );
}

function ActivityInFull({ activity }: { activity: Activity }) {
  if (activity.orders === 0) return <EmptyNotice title="No orders in this time.">When somebody orders, it shows here within seconds.</EmptyNotice>;
  return (
    <>
      {activity.truncated && <p className="hint">There are more orders than are counted here: these are the newest {activity.orders.toLocaleString()}.</p>}
      <Figures activity={activity} />
      <section className="panel" aria-labelledby="over-time">
        <h2 id="over-time">Orders by the time of placing, and what became of them</h2>
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
      </section>
      <Rejections activity={activity} />
    </>
  );
}

function Figures({ activity }: { activity: Activity }) {
  const times = activity.seconds_to_confirm;
  return (
    <>
      <dl className="figures">
        <Figure name="Orders">{activity.orders.toLocaleString()}</Figure>
        {totals(activity).map(({ status, orders }) => (
          <div key={status}>
            <dt>
              <StatusMark status={status} />
            </dt>
            <dd>{orders.toLocaleString()}</dd>
          </div>
        ))}
      </dl>
      <dl className="figures">
        <Figure name="Half confirmed within (p50)">{times ? duration(times.p50) : "–"}</Figure>
        <Figure name="95 of 100 confirmed within (p95)">{times ? duration(times.p95) : "–"}</Figure>
      </dl>
    </>
  );
}

const Figure = ({ name, children }: { name: string; children: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

function Rejections({ activity }: { activity: Activity }) {
  if (activity.rejections.length === 0) return null;
  const most = Math.max(...activity.rejections.map(({ orders }) => orders));
  return (
    <section className="panel" aria-labelledby="reasons">
      <h2 id="reasons">Why orders were refused</h2>
      <ul className="reasons">
        {activity.rejections.map(({ reason, orders }) => (
          <li key={reason}>
            <span>
              {reasonInWords(reason)} <code>{reason}</code>
            </span>
            <meter min={0} max={most} value={orders} aria-label={reasonInWords(reason)} />
            <span className="amount">{count(orders, "order")}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
