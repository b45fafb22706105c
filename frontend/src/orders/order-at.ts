import { EVENTS } from "./saga-steps";
import type { Order, OrderEvent } from "./orders-api";

type Fields = Record<string, unknown>;

/**
 * The order right after these events, which may be in any order. The event catalogue names the members that each event
 * updates. The views service folds the events in the same way for `GET /orders/{order_id}?as_of=`.
 */
export function orderAt(order: Order, events: readonly OrderEvent[]): Order {
  const groups: Record<string, Fields> = {};
  const returns = new Map<unknown, Fields>();
  for (const { type, data } of events.toSorted((one, other) => one.sequence - other.sequence)) {
    const view = EVENTS[type]?.view;
    if (!view) continue;
    const fields: Fields = Object.fromEntries((view.members ?? []).filter((name) => name in data).map((name) => [name, data[name]]));
    if (view.status) fields["status"] = view.status;
    if (view.group === "return") returns.set(data["return_id"], fields);
    else groups[view.group] = fields;
  }
  const { order_id, items, total, currency, placed_at } = order;
  const shown = new Set(events.map(({ source, sequence }) => `${source}:${sequence}`));
  const timeline = order.timeline.filter(({ source, sequence }) => shown.has(`${source}:${sequence}`));
  return {
    ...{ order_id, ...groups["order"], items, total, currency, placed_at },
    updated_at: timeline.at(-1)?.time ?? placed_at,
    stock: groups["stock"] ?? null,
    payment: groups["payment"] ?? null,
    shipment: groups["shipment"] ?? null,
    returns: order.returns.flatMap(({ return_id, items }) => (returns.has(return_id) ? { ...returns.get(return_id), items } : [])),
    ...groups["refund"],
    timeline,
  } as Order;
}
