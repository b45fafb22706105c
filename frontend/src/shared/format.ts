// How money, times and counts are written.
import currencies from "./currencies.json";

// ISO 4217's. A browser's own table holds display habits, which differ by browser and leave minor units out.
const MINOR_UNIT_DIGITS: Readonly<Record<string, number>> = currencies;

/** How many decimal places a currency has; undefined where ISO 4217 has no such currency. */
export const minorUnitDigits = (currency: string): number | undefined => MINOR_UNIT_DIGITS[currency];

/** An amount in minor units, for a person. */
export function money(amount: number, currency: string): string {
  const digits = minorUnitDigits(currency) ?? 2;
  const text = decimal(amount, digits);
  if (!/^[A-Z]{3}$/.test(currency)) return `${text} ${currency}`;
  const places = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  // As text it is exact, however large it is.
  return new Intl.NumberFormat(undefined, { style: "currency", currency, ...places }).format(text as Intl.StringNumericLiteral);
}

/** An amount in minor units with a point before the last `digits`: 1234 as `12.34`. */
export function decimal(amount: number, digits: number): string {
  const text = String(amount).padStart(digits + 1, "0");
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

export const moment = (time: string): string =>
  new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** Seconds as a person says them: `0.4 s`, `12 s`, `3 min`, `5 h`, `2 days`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${seconds.toFixed(0)} s`;
  if (seconds < 7200) return `${(seconds / 60).toFixed(0)} min`;
  if (seconds < 172_800) return `${(seconds / 3600).toFixed(0)} h`;
  return `${(seconds / 86_400).toFixed(0)} days`;
}

/** Seconds from one RFC 3339 time to another. */
export const secondsBetween = (from: string, to: string): number =>
  (new Date(to).getTime() - new Date(from).getTime()) / 1000;

export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString()} ${number === 1 ? one : many}`;
