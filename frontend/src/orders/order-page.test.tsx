import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { MemoryRouter, Route, Routes } from "react-router";
import { beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../api/api-error";
import { messages } from "../messages";
import { formatMoney } from "../shared/format";
import OrderPage from "./order-page";
import type { Order, OrderEvent } from "./orders-api";
import { placedOrderQuery } from "./placed-order";
import { startReplay } from "./replay";

const user = vi.hoisted(() => ({ id: "ada", isOperator: false }));
vi.mock("../session/session", () => ({ useUser: () => user }));
/** What became of the cancellation. */
const cancellation = vi.hoisted(() => ({ error: null as Error | null, isPending: false }));
vi.mock("../shared/single-mutation", () => ({ useSingleMutation: () => cancellation }));
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
  cancellation.error = null;
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

const ADDRESS = { name: "Ada Lovelace", line1: "1 Main Street", city: "Berlin", postal_code: "10115", country: "DE" };

/**
 * The texts and the status of the page, when it is opened.
 *
 * @param areEventsOld - Whether only the event of the placed order is known.
 */
function page(order: Order = ORDER, areEventsOld = false): string {
  const client = new QueryClient();
  client.setQueryData(["order", "one"], order);
  if (!areEventsOld) client.setQueryData(["events", "one", EVENTS.length], EVENTS);
  client.setQueryData(["config"], {});
  client.setQueryData(placedOrderQuery("one").queryKey, { order, events: EVENTS.slice(0, 1), address: ADDRESS });
  const html = renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <MemoryRouter initialEntries={["/orders/one"]}>
        <Routes>
          <Route path="/orders/:orderId" element={<OrderPage />} />
        </Routes>
      </MemoryRouter>
    </QueryClientProvider>,
  );
  return html.replace(/<[^>]+>/g, (tag) => ` ${/data-status="\w+"/.exec(tag)?.[0] ?? ""} `);
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

it("shows the same moment in the headline, the receipt and the picture", () => {
  replay.shown = 3;
  const behind = page();
  expect(behind).toContain("Thank you, we have your order");
  expect(behind).toContain("Held on your card");
  expect(behind).toContain('data-status="CONFIRMED"');
  replay.shown = EVENTS.length;
  expect(page()).toContain("Charged");
});

it("does not run ahead of the picture while events are fetched", () => {
  expect(page(ORDER, true)).toContain("Thank you, we have your order");
});

it("says that a cancellation is too late, after the button is gone", () => {
  cancellation.error = new ApiError(409, { detail: "The order is already decided." });
  expect(page()).toContain("Too late to cancel: your order is already confirmed.");
  expect(page()).not.toContain("Cancel order");
  const undecided = page({ ...ORDER, status: "PLACED", timeline: ORDER.timeline.slice(0, 1) }, true);
  expect(undecided).toContain("The order is already decided.");
});
