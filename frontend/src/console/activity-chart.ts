import type { BarChartProps } from "@cloudscape-design/components/bar-chart";
import { shortStatus } from "../orders/order-words";
import type { Activity } from "./console-api";

// From the bottom of a column to its top, in colours that tell the statuses apart for most eyes.
const STATUSES = [
  ["CONFIRMED", "#2ea043"],
  ["PLACED", "#688ae8"],
  ["IN_REVIEW", "#8456ce"],
  ["NEEDS_ATTENTION", "#e07f22"],
  ["CANCELLED", "#8d99a8"],
  ["REJECTED", "#d13212"],
] as const;

/** A series for each status that any order has, over the buckets' starts. */
export function series(activity: Activity): BarChartProps<Date>["series"] {
  return STATUSES.filter(([status]) => activity.buckets.some(({ statuses }) => statuses[status])).map(([status, color]) => ({
    title: shortStatus(status),
    type: "bar",
    color,
    data: activity.buckets.map(({ start, statuses }) => ({ x: new Date(start), y: statuses[status] ?? 0 })),
  }));
}

/** The highest column, in orders; at least 1, for an axis needs a height. */
export const highest = ({ buckets }: Activity): number =>
  Math.max(1, ...buckets.map(({ statuses }) => Object.values(statuses).reduce((sum, orders) => sum + orders, 0)));

/** How many orders have each status, in the chart's order; those that none has are left out. */
export const totals = ({ buckets }: Activity): { status: string; orders: number }[] =>
  STATUSES.map(([status]) => ({ status, orders: buckets.reduce((sum, { statuses }) => sum + (statuses[status] ?? 0), 0) })).filter(
    ({ orders }) => orders > 0,
  );
