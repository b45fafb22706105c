import type { BarChartProps } from "@cloudscape-design/components/bar-chart";
import { messages } from "../messages";
import { statusLabel } from "../orders/order-status";
import type { Activity } from "./console-api";

// From the bottom of a column to its top. Most people with a color vision deficiency can distinguish these colors.
const STATUSES = [
  ["CONFIRMED", "#2ea043"],
  ["PLACED", "#688ae8"],
  ["AWAITING_PAYMENT", "#cc79a7"],
  ["IN_REVIEW", "#8456ce"],
  ["NEEDS_ATTENTION", "#e07f22"],
  ["CANCELLED", "#8d99a8"],
  ["REJECTED", "#d13212"],
] as const;

/** The labels and the axis formats of the chart. */
export const i18nStrings = {
  xTickFormatter: (start: Date) => start.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" }),
  yTickFormatter: (orders: number) => (Number.isInteger(orders) ? orders.toLocaleString() : ""),
  chartAriaRoleDescription: messages.activity.barChart,
  xAxisAriaRoleDescription: messages.activity.xAxis,
  yAxisAriaRoleDescription: messages.activity.yAxis,
  legendAriaLabel: messages.activity.legend,
  detailPopoverDismissAriaLabel: messages.activity.closeDetails,
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

/** The number of orders of each status that occurs, in the order of the chart. */
export const totalsByStatus = ({ buckets }: Activity): { status: string; orders: number }[] =>
  STATUSES.map(([status]) => ({ status, orders: buckets.reduce((sum, { statuses }) => sum + (statuses[status] ?? 0), 0) })).filter(
    ({ orders }) => orders > 0,
  );
