import { expect, it } from "vitest";
import { chartSeries, maxOrders, totalsByStatus } from "./activity-chart";
import type { Activity } from "./console-api";

const activity: Activity = {
  since: "2026-11-20T11:00:00.000000Z",
  until: "2026-11-20T12:00:00.000000Z",
  orders: 4,
  truncated: false,
  buckets: [
    { start: "2026-11-20T11:00:00.000000Z", statuses: { CONFIRMED: 2, REJECTED: 1 } },
    { start: "2026-11-20T11:05:00.000000Z", statuses: { CONFIRMED: 1 } },
  ],
  rejections: [],
  seconds_to_confirm: null,
};
const quiet = { ...activity, buckets: [{ start: activity.since, statuses: {} }] };

it("has a series for each status that occurs, with a value for each bucket", () => {
  expect(chartSeries(activity).map(({ title }) => title)).toEqual(["Confirmed", "Rejected"]);
  expect(chartSeries(activity)).toMatchObject([{ data: [{ y: 2 }, { y: 1 }] }, { data: [{ y: 1 }, { y: 0 }] }]);
  expect(chartSeries(quiet)).toEqual([]);
});

it("is as high as the highest column, and at least 1", () => {
  expect(maxOrders(activity)).toBe(3);
  expect(maxOrders(quiet)).toBe(1);
});

it("sums the columns by status", () => {
  expect(totalsByStatus(activity)).toEqual([
    { status: "CONFIRMED", orders: 3 },
    { status: "REJECTED", orders: 1 },
  ]);
});
