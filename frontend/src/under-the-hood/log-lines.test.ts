import { expect, it } from "vitest";
import { linesOfEvent, linesOfPart } from "./log-lines";

const line = (functionName: string, message: string, more: { step?: string; event?: string } = {}) => ({
  time: "2026-11-20T16:35:17.000000Z",
  function: functionName,
  level: "INFO",
  message,
  ...more,
});

const AUTHORIZED = line("PaymentsSagaFunction", "AuthorizePayment returned AUTHORIZED", { step: "AuthorizePayment" });
const CAPTURED = line("PaymentsSagaFunction", "CapturePayment returned CAPTURED", { step: "CapturePayment" });
const RELAYED = line("RelayEventsFunction", "relayed PaymentAuthorized", { event: "payments:1:1" });
const OTHER = line("RelayEventsFunction", "relayed PaymentCaptured", { event: "payments:1:2" });
const REQUEST = line("OrdersApiFunction", "POST /orders returned 202");
const LINES = [REQUEST, AUTHORIZED, RELAYED, CAPTURED, OTHER];

it("finds the lines of an event: those of its step, and those that name it", () => {
  expect(linesOfEvent(LINES, { id: "payments:1:1", type: "PaymentAuthorized" })).toEqual([AUTHORIZED, RELAYED]);
});

it("finds the line of the request that caused an event", () => {
  expect(linesOfEvent(LINES, { id: "orders:1:1", type: "OrderPlaced" })).toEqual([REQUEST]);
});

it("finds no line of an event that the page does not know", () => {
  expect(linesOfEvent(LINES, { id: "gifts:1:1", type: "GiftWrapped" })).toEqual([]);
});

it("finds the lines of a function", () => {
  expect(linesOfPart(LINES, "RelayEventsFunction")).toEqual([RELAYED, OTHER]);
});
