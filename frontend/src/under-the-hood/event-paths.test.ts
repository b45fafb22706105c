import { describe, expect, it } from "vitest";
import { accepts, branchesOf, describePart, PARTS, partsOf, producerOf, stretchesOf } from "./event-paths";

const event = (type: string, decided_by?: string) => ({ id: `orders:1:${type}`, type, data: { decided_by } });

describe("the path of an event", () => {
  it("leads an order from the API to the archive, to the saga and to the views", () => {
    const [archived] = branchesOf(event("OrderPlaced", "customer"));
    expect(archived).toEqual(["Api", "OrdersApiFunction", "OrdersTable", "RelayEventsFunction", "EventDeliveryStream", "EventStoreBucket"]);
    const stretches = stretchesOf(event("OrderPlaced", "customer"));
    const consumers = PARTS.consumers.filter((consumer) => accepts(consumer, event("OrderPlaced", "customer")));
    expect(stretches[0]).toEqual(archived);
    expect(stretches).toHaveLength(1 + consumers.length);
    expect(stretches).toContainEqual(["OrderEventsTopic", "FulfilmentQueue", "StartFulfilmentFunction", "FulfilOrderStateMachine"]);
    expect(stretches).toContainEqual(["OrderEventsTopic", "ProjectionQueue", "ProjectEventsFunction", "ViewsTable"]);
  });

  it("starts at the state machine if a saga step recorded the event", () => {
    expect(branchesOf(event("PaymentCaptured"))[0]?.slice(0, 3)).toEqual(["FulfilOrderStateMachine", "PaymentsSagaFunction", "PaymentsTable"]);
    expect(producerOf(event("PaymentRefunded"))?.from).toEqual(["RefundReturnStateMachine"]);
  });

  it("depends on who decided", () => {
    const byWebhook = partsOf(event("PaymentAuthorized", "webhook"));
    expect(byWebhook).toContain("PaymentWebhooksFunction");
    expect(byWebhook).toContain("FulfilmentQueue");
    const byStep = partsOf(event("PaymentAuthorized"));
    expect(byStep).not.toContain("PaymentWebhooksFunction");
    expect(byStep).not.toContain("FulfilmentQueue");
  });

  it("is empty for an event that the page does not know", () => {
    expect(branchesOf(event("UnknownEvent"))).toEqual([]);
  });
});

it("lets every event pass a filter without conditions", () => {
  const everything = PARTS.consumers.filter(({ filter }) => Object.keys(filter).length === 0);
  expect(everything.map(({ queue }) => queue)).toEqual(["ProjectionQueue"]);
  expect(everything.every((consumer) => accepts(consumer, event("UnknownEvent")))).toBe(true);
});

it("names a part without its kind", () => {
  expect(describePart("OrdersTable")).toEqual({ kind: "table", name: "Orders" });
  expect(describePart("FulfilOrderStateMachine")).toEqual({ kind: "stateMachine", name: "FulfilOrder" });
});
