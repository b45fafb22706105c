// What a customer can return, and the request that the form sends. Pure functions.

import type { Schemas } from "../api/client";
import type { Order } from "../orders/orders-api";
import type { FieldErrors } from "../shared/validated-form";
import { returnMessages } from "./return-messages";

export type NewReturn = Schemas["RequestReturn"];
export type Return = Schemas["ReturnState"];
export type OrderLine = Order["items"][number];

/** A return as the customer enters it. */
export interface ReturnText {
  /** The typed quantity of each SKU. */
  quantities: Readonly<Record<string, string>>;
  /** One of `returnMessages.reasons`; empty until the customer chooses. */
  reason: string;
}

/**
 * The lines of the order with the quantities that are in no return, except in refused ones. Empty until the order is paid,
 * and after the parcel is lost: an operator then refunds everything, as a return without items.
 */
export function returnableLines({ status, payment, shipment, items, returns }: Order): OrderLine[] {
  if (status !== "CONFIRMED" || payment?.status !== "CAPTURED" || shipment?.status === "LOST") return [];
  if (returns.some(({ items }) => items.length === 0)) return [];
  const returned = returns.filter(({ status }) => status !== "REFUSED").flatMap(({ items }) => items);
  return items
    .map((line) => ({ ...line, quantity: line.quantity - quantityOf(line.sku, returned) }))
    .filter(({ quantity }) => quantity > 0);
}

/** Whether the decision about a return of this order is still open. */
export const isUndecidedReturn = ({ returns }: Order, id: string): boolean => returns.some(({ return_id, status }) => return_id === id && status === "REQUESTED");

const quantityOf = (sku: string, items: Return["items"]): number =>
  items.reduce((sum, item) => (item.sku === sku ? sum + item.quantity : sum), 0);

/** The content of the form when it opens: one piece if there is only one product to choose. */
export const newReturnText = (lines: readonly OrderLine[]): ReturnText => ({
  quantities: Object.fromEntries(lines.map(({ sku }) => [sku, lines.length === 1 ? "1" : "0"])),
  reason: "",
});

/** The selected pieces. Leaves out invalid quantities. */
export function selectedItems(lines: readonly OrderLine[], { quantities }: ReturnText): NewReturn["items"] {
  const items = lines.map((line) => ({ sku: line.sku, quantity: parseQuantity(line, quantities) ?? 0 }));
  return items.filter(({ quantity }) => quantity > 0);
}

/** The refund for these items at the prices as paid, in minor units of the currency of the order. */
export const refundAmount = (lines: readonly OrderLine[], items: NewReturn["items"]): number =>
  items.reduce((sum, { sku, quantity }) => sum + quantity * (lines.find((line) => line.sku === sku)?.unit_price ?? 0), 0);

/** Converts the form to a request, or returns the error message of each invalid field: a SKU, or `reason`. */
export function parseReturn(lines: readonly OrderLine[], text: ReturnText): { request: NewReturn } | { errors: FieldErrors<string> } {
  const errors: FieldErrors<string> = {};
  for (const line of lines) {
    if (parseQuantity(line, text.quantities) === undefined) errors[line.sku] = returnMessages.quantityInvalid(line.quantity);
  }
  const items = selectedItems(lines, text);
  const [first] = lines;
  if (first && items.length === 0) errors[first.sku] ??= returnMessages.nothingSelected;
  if (!text.reason) errors["reason"] = returnMessages.reasonMissing;
  return Object.keys(errors).length > 0 ? { errors } : { request: { items, reason: text.reason } };
}

/** The typed quantity of a line; undefined if it is not a whole number up to the quantity that can be returned. */
function parseQuantity({ sku, quantity }: OrderLine, quantities: ReturnText["quantities"]): number | undefined {
  const text = quantities[sku]?.trim() || "0";
  return /^\d{1,3}$/.test(text) && Number(text) <= quantity ? Number(text) : undefined;
}

/** The return that a successful request created, as the views will show it. */
export const createdReturn = ({ return_id, status, items, refund_amount }: Schemas["RequestedReturn"], { reason }: NewReturn, now: Date): Return => ({
  return_id,
  status,
  items: items.map(({ sku, quantity }) => ({ sku, quantity })),
  refund_amount,
  reason,
  requested_at: now.toISOString(),
});
