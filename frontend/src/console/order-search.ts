// The search for orders: its filters in the URL of the page, and the request that they become.
import { UUID } from "../shared/uuid";
import type { OrderQuery } from "./console-api";
import { consoleMessages } from "./console-messages";

/** The filters as they are in the URL. Times are local dates such as `2026-11-20`. An empty text is no filter. */
export interface OrderFilters {
  status: string;
  from: string;
  to: string;
  /** An order id or its first characters. */
  order: string;
  /** A customer id. The e-mail address that led to it is never in the URL. */
  customer: string;
}

const NAMES = ["status", "from", "to", "order", "customer"] as const satisfies (keyof OrderFilters)[];
const SHORT_NUMBER = /^#?([0-9a-f]{8})$/;
// The API has the same rule in functions/orders/find_customer.py.
const EMAIL = /^[^\s"\\@]+@[^\s"\\@]+$/;

export const NO_FILTERS: OrderFilters = { status: "", from: "", to: "", order: "", customer: "" };

export const hasFilters = (filters: OrderFilters): boolean => NAMES.some((name) => filters[name] !== "");

export function readFilters(parameters: URLSearchParams): OrderFilters {
  const filters = { ...NO_FILTERS };
  for (const name of NAMES) filters[name] = parameters.get(name) ?? "";
  return filters;
}

export const writeFilters = (filters: OrderFilters): Record<string, string> =>
  Object.fromEntries(NAMES.filter((name) => filters[name] !== "").map((name) => [name, filters[name]]));

/** Converts the filters to the query parameters of the API. Both dates are included. */
export function toQuery({ status, from, to, order, customer }: OrderFilters): OrderQuery {
  return {
    status: (status || undefined) as OrderQuery["status"],
    from: startOfDay(from),
    to: startOfDay(to, 1),
    order: order || undefined,
    customer_id: customer || undefined,
  };
}

/** The start of a local day, or of a later one, as an RFC 3339 time; undefined if the date is empty or not complete. */
function startOfDay(date: string, daysLater = 0): string | undefined {
  const [, year, month, day] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(date) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  return new Date(year, month - 1, day + daysLater).toISOString();
}

/** Finds the order id in a text that may contain more, such as a URL or a log line. */
export const findOrderId = (text: string): string | undefined => UUID.exec(text.toLowerCase())?.[0];

/** What an operator searches for: an order, or a customer by e-mail address. */
export type SearchText = { order: string } | { email: string } | { error: string };

/** Recognizes an order id in any text, such as a URL or a log line, the short number of an order, or an e-mail address. */
export function parseSearchText(text: string): SearchText {
  const trimmed = text.trim();
  const orderId = findOrderId(trimmed);
  if (orderId) return { order: orderId };
  const [, shortNumber] = SHORT_NUMBER.exec(trimmed.toLowerCase()) ?? [];
  if (shortNumber) return { order: shortNumber };
  return EMAIL.test(trimmed) ? { email: trimmed } : { error: consoleMessages.operationsOrders.searchInvalid };
}
