import { expect, it } from "vitest";
import contract from "../../../contracts/openapi.json";
import { chartSeries, maxOrders, ordersWithFaults, totalsByStatus } from "./activity-chart";
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
  seconds_to_decide: { system: null, people: null },
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

it("counts each status of the API", () => {
  const known = contract.components.schemas.Status.enum;
  const buckets = [{ start: activity.since, statuses: Object.fromEntries(known.map((status) => [status, 1])) }];

  expect(totalsByStatus({ ...activity, buckets }).map(({ status }) => status).toSorted()).toEqual(known.toSorted());
});

it("counts the orders that a fault rejected or that need attention, but not the ones that a service refused", () => {
  const rejections = [
    { reason: "PAYMENT_UNAVAILABLE", orders: 2, is_fault: true },
    { reason: "PAYMENT_DECLINED", orders: 5, is_fault: false },
  ];
  const buckets = [{ start: activity.since, statuses: { NEEDS_ATTENTION: 1, REJECTED: 7 } }];

  expect(ordersWithFaults({ ...activity, buckets, rejections })).toBe(3);
  expect(ordersWithFaults(quiet)).toBe(0);
});
