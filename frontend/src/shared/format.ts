// Formats money, times, durations, counts and lists.
import currencies from "./currencies.json";

// From ISO 4217. A browser's own table (Intl) differs by browser, and leaves minor units out for some currencies.
const MINOR_UNIT_DIGITS: Readonly<Record<string, number>> = currencies;

/** The number of decimal places of a currency; undefined if ISO 4217 has no such currency. */
export const minorUnitDigits = (currency: string): number | undefined => MINOR_UNIT_DIGITS[currency];

/** Formats an amount in minor units for display. */
export function formatMoney(amount: number, currency: string): string {
  const digits = minorUnitDigits(currency) ?? 2;
  const text = formatDecimal(amount, digits);
  if (!/^[A-Z]{3}$/.test(currency)) return `${text} ${currency}`;
  const places = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  // A string is formatted exactly. A number would be rounded from 16 digits on.
  return new Intl.NumberFormat(undefined, { style: "currency", currency, ...places }).format(text as Intl.StringNumericLiteral);
}

/** Formats an amount in minor units with a decimal point before the last `digits`: 1234 as `12.34`. */
export function formatDecimal(amount: number, digits: number): string {
  const text = String(amount).padStart(digits + 1, "0");
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** The short number of an order, as on receipts: the first 8 characters of its id in upper case. */
export const shortOrderNumber = (orderId: string): string => orderId.slice(0, 8).toUpperCase();

/** Formats an RFC 3339 time as a local date and time. */
export const formatTime = (time: string): string =>
  new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** Formats an RFC 3339 time as a local time of day with milliseconds. */
export const formatTimeOfDay = (time: string): string =>
  new Date(time).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });

/** Formats seconds in a readable unit: `0.4 s`, `12 s`, `3 min`, `5 h`, `2 days`. */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${seconds.toFixed(0)} s`;
  if (seconds < 7200) return `${(seconds / 60).toFixed(0)} min`;
  if (seconds < 172_800) return `${(seconds / 3600).toFixed(0)} h`;
  return `${(seconds / 86_400).toFixed(0)} days`;
}

/** The seconds between two RFC 3339 times. */
export const secondsBetween = (from: string, to: string): number =>
  (new Date(to).getTime() - new Date(from).getTime()) / 1000;

/** Formats the share of a part in a whole: `2.5%`. */
export const formatShare = (part: number, whole: number): string =>
  (whole === 0 ? 0 : part / whole).toLocaleString(undefined, { style: "percent", maximumFractionDigits: 1 });

/** Formats a number with its noun: `1 item`, `2 items`. */
export const formatCount = (count: number, singular: string, plural = `${singular}s`): string =>
  `${count.toLocaleString()} ${count === 1 ? singular : plural}`;

/** The text of a list: "a", "a and b", "a, b and c". */
export const formatList = (items: readonly string[]): string => new Intl.ListFormat("en-GB").format(items);
