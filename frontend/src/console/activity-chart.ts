import type { BarChartProps } from "@cloudscape-design/components/bar-chart";
import { statusLabel } from "../orders/order-status";
import { CHART_COLORS } from "../shared/status";
import type { Activity } from "./console-api";
import { consoleMessages } from "./console-messages";

const STATUSES = Object.entries(CHART_COLORS);

/** The labels and the axis formats of the chart. */
export const i18nStrings = {
  xTickFormatter: (start: Date) => start.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" }),
  yTickFormatter: (orders: number) => (Number.isInteger(orders) ? orders.toLocaleString() : ""),
  chartAriaRoleDescription: consoleMessages.activity.barChart,
  xAxisAriaRoleDescription: consoleMessages.activity.xAxis,
  yAxisAriaRoleDescription: consoleMessages.activity.yAxis,
  legendAriaLabel: consoleMessages.activity.legend,
  detailPopoverDismissAriaLabel: consoleMessages.activity.closeDetails,
};

/** A series for each status that occurs, with the number of orders in each bucket. */
export function chartSeries(activity: Activity): BarChartProps<Date>["series"] {
  return STATUSES.filter(([status]) => activity.buckets.some(({ statuses }) => statuses[status])).map(([status, color]) => ({
    title: statusLabel(status),
    type: "bar",
    color,
    data: activity.buckets.map(({ start, statuses }) => ({ x: new Date(start), y: statuses[status] ?? 0 })),
  }));
}

/** The number of orders in the highest column. At least 1, because an axis needs a height. */
export const maxOrders = ({ buckets }: Activity): number =>
  Math.max(1, ...buckets.map(({ statuses }) => Object.values(statuses).reduce((sum, orders) => sum + orders, 0)));

/** The number of orders that a fault rejected, or whose step keeps failing until an operator resolves it. */
export function ordersWithFaults(activity: Activity): number {
  const rejected = activity.rejections.filter(({ is_fault }) => is_fault).reduce((sum, { orders }) => sum + orders, 0);
  return rejected + (totalsByStatus(activity).find(({ status }) => status === "NEEDS_ATTENTION")?.orders ?? 0);
}

/** The number of orders of each status that occurs, in the order of the chart. */
export const totalsByStatus = ({ buckets }: Activity): { status: string; orders: number }[] =>
  STATUSES.map(([status]) => ({ status, orders: buckets.reduce((sum, { statuses }) => sum + (statuses[status] ?? 0), 0) })).filter(
    ({ orders }) => orders > 0,
  );
