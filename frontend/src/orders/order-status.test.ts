import { expect, it } from "vitest";
import contract from "../../../contracts/openapi.json";
import { totalsByStatus } from "../console/activity-chart";
import { partStatusLabel, statusDescription, statusLabel } from "./order-status";

const STATUSES = contract.components.schemas.Status.enum;

it("has a label and a description for each status of the API", () => {
  for (const status of STATUSES) {
    expect(statusLabel(status)).not.toBe(status);
    expect(statusDescription(status)).not.toBe("");
  }
});

it("counts each status of the API in the chart of the activity", () => {
  const statuses = Object.fromEntries(STATUSES.map((status) => [status, 1]));
  const activity = { buckets: [{ start: "", statuses }] } as Parameters<typeof totalsByStatus>[0];

  expect(totalsByStatus(activity).map(({ status }) => status).toSorted()).toEqual(STATUSES.toSorted());
});

it("says why an order was rejected, and what the customer can do", () => {
  expect(statusDescription("REJECTED", "PAYMENT_EXPIRED")).toContain("was not confirmed in time. Order again");
});

it("shows the status of a part in sentence case", () => {
  expect(partStatusLabel("ACTION_REQUIRED")).toBe("Action required");
});
