import BarChart from "@cloudscape-design/components/bar-chart";
import { chartSeries, i18nStrings, maxOrders } from "./activity-chart";
import type { Activity } from "./console-api";
import { consoleMessages } from "./console-messages";

/** The orders by the time when they were placed, and by status. As high as its parent. */
export default function OrdersChart({ activity }: { activity: Activity }) {
  return (
    <BarChart
      i18nStrings={i18nStrings}
      series={chartSeries(activity)}
      xDomain={activity.buckets.map(({ start }) => new Date(start))}
      yDomain={[0, maxOrders(activity)]}
      xScaleType="categorical"
      xTitle={consoleMessages.activity.timePlaced}
      yTitle={consoleMessages.activity.orders}
      ariaLabel={consoleMessages.activity.chartLabel}
      fitHeight
      height={180}
      stackedBars
      hideFilter
    />
  );
}
