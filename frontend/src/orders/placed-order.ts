// What this browser knows about an order that it has just placed. The views contain the order a moment later.
import { queryOptions, skipToken } from "@tanstack/react-query";
import type { Schemas } from "../api/client";
import type { NewOrder, Order, OrderEvent } from "./orders-api";

export interface PlacedOrder {
  order: Order;
  events: OrderEvent[];
  /** Neither events nor views contain the address, so the page shows it only in the tab where the customer has entered it. */
  address: NewOrder["shipping_address"];
}

/**
 * The order that was placed in this tab; undefined for every other order. Stored in the cache only, which the end of the
 * session and a reload clear, because it names a person.
 */
export const placedOrderQuery = (orderId: string) =>
  queryOptions<PlacedOrder>({ queryKey: ["placed order", orderId], queryFn: skipToken, gcTime: Infinity, staleTime: Infinity });

/**
 * The order as the views will show it after its first event.
 *
 * @param accepted - The response of the API.
 * @param request - The order that the API accepted.
 */
export function placedOrder(accepted: Schemas["AcceptedOrder"], request: NewOrder, customer_id: string | undefined, now: Date): PlacedOrder {
  const { payment_method, shipping_address } = request;
  const { order_id, status, items, total, currency } = accepted;
  const time = now.toISOString();
  const placed = { type: "OrderPlaced", time, source: "orders", sequence: 1 };
  return {
    order: {
      ...{ order_id, status, items, total, currency, placed_at: time, updated_at: time },
      ...{ stock: null, payment: null, shipment: null, returns: [], timeline: [placed] },
    },
    events: [
      {
        ...placed,
        ...{ specversion: "1.0", id: `orders:${order_id}:1`, subject: order_id, correlationid: order_id },
        ...{ datacontenttype: "application/json", dataschema: "urn:serverless-orders:event:OrderPlaced:1" },
        data: { status, customer_id, items, total, currency, payment_method },
      },
    ],
    address: shipping_address,
  };
}
