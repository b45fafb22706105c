import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { MemoryRouter, Route, Routes } from "react-router";
import { beforeEach, expect, it, vi } from "vitest";
import { messages } from "../messages";
import { formatMoney } from "../shared/format";
import OrderPage from "./order-page";
import type { Order, OrderEvent } from "./orders-api";
import { startReplay } from "./replay";

const user = vi.hoisted(() => ({ id: "ada", isOperator: false }));
vi.mock("../session/session", () => ({ useUser: () => user }));
/** How many of the events the picture shows. */
const replay = vi.hoisted(() => ({ shown: 0 }));
vi.mock("./use-replay", () => ({
  useReplay: (events: OrderEvent[]) => {
    const shown = events.slice(0, replay.shown);
    return { replay: startReplay(shown), events, shown, next: events[replay.shown], isRewound: false };
  },
}));

beforeEach(() => {
  Object.assign(user, { id: "ada", isOperator: false });
  replay.shown = EVENTS.length;
});

const TYPES = ["OrderPlaced", "StockReserved", "PaymentAuthorized", "ShipmentBooked", "OrderConfirmed", "PaymentCaptured"];
const TIME = "2026-11-20T12:00:00Z";
const EVENTS = TYPES.map((type, index) => ({
  ...{ type, id: type, time: TIME, source: "any", sequence: index + 1 },
  data: { customer_id: "ada", payment_method: "pm_card_visa", status: type === "OrderConfirmed" ? "CONFIRMED" : "PLACED" },
})) as unknown as OrderEvent[];
const ORDER = {
  ...{ order_id: "one", status: "CONFIRMED", total: 1500, currency: "EUR", placed_at: TIME, updated_at: TIME, returns: [] },
  items: [{ sku: "CUP-1", name: "Cup", quantity: 1, unit_price: 1500 }],
  payment: { status: "CAPTURED", payment_method: "pm_card_visa" },
  timeline: EVENTS,
} as unknown as Order;

/** The page of the order, when it is opened. */
function page(order: Order = ORDER, events = EVENTS): string {
  const client = new QueryClient();
  client.setQueryData(["order", "one"], order);
  client.setQueryData(["events", "one", EVENTS.length], events);
  client.setQueryData(["config"], {});
  return renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <MemoryRouter initialEntries={["/orders/one"]}>
        <Routes>
          <Route path="/orders/:orderId" element={<OrderPage />} />
        </Routes>
      </MemoryRouter>
    </QueryClientProvider>,
  );
}

it("shows in the receipt how much is refunded", () => {
  expect(page({ ...ORDER, refunded: 750 })).toContain(messages.order.refunded(formatMoney(750, "EUR")));
  expect(page()).not.toContain("refunded");
});

it("tells operators nothing that is meant for the customer", () => {
  Object.assign(user, { id: "olga", isOperator: true });
  expect(page()).toContain("Customer’s order: confirmed");
  expect(page()).not.toContain("We are preparing your parcel.");
  Object.assign(user, { id: "ada" });
  expect(page()).toContain("We are preparing your parcel.");
});
