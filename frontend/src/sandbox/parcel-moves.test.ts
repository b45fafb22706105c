import { expect, it } from "vitest";
import { isOnItsWay } from "./parcel-moves";

it("waits for the webhook of a move until the shipment has its status, or a later one", () => {
  expect(isOnItsWay("dispatched", "BOOKED")).toBe(true);
  for (const status of ["DISPATCHED", "DELIVERED", "LOST"]) expect(isOnItsWay("dispatched", status)).toBe(false);
});

it("waits for the delivery of a lost parcel, but not for another loss", () => {
  expect(isOnItsWay("delivered", "LOST")).toBe(true);
  expect(isOnItsWay("delivered", "DELIVERED")).toBe(false);
  expect(isOnItsWay("lost", "LOST")).toBe(false);
});
