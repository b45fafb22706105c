import { isBlank, textFault } from "../frame/text";
import { decimal, minorUnitDigits } from "../frame/writing";
import type { NewProduct } from "./console_api";

/** A product as a person types it. */
export interface ProductText {
  sku: string;
  name: string;
  price: string;
  currency: string;
  stock: string;
}

export const EMPTY: ProductText = { sku: "", name: "", price: "", currency: "EUR", stock: "" };

/** The product that was typed, or what is wrong with it, member by member. */
export function productOf(text: ProductText): { product: NewProduct } | { faults: Partial<Record<keyof ProductText, string>> } {
  const faults: Partial<Record<keyof ProductText, string>> = {};
  const digits = minorUnitDigits(text.currency) ?? null;
  const unit_price = digits === null ? null : minorUnits(text.price, digits);
  if (!/^[A-Z0-9-]{1,40}$/.test(text.sku)) faults.sku = "Capital letters, digits and dashes; up to 40.";
  const nameFault = isBlank(text.name) ? "Say what it is." : textFault(text.name);
  if (nameFault) faults.name = nameFault;
  if (digits === null) faults.currency = "Three capital letters of ISO 4217, such as EUR.";
  else if (unit_price === null) faults.price = `An amount such as ${(12.5).toFixed(digits)}.`;
  if (!/^\d{1,9}$/.test(text.stock)) faults.stock = "A whole number.";
  if (Object.keys(faults).length > 0 || unit_price === null) return { faults };
  return { product: { name: text.name.trim(), unit_price, currency: text.currency, stock: Number(text.stock) } };
}

/** An amount such as `12.50` in minor units; null where it is none. Not by a float, which would be a cent off now and then. */
export function minorUnits(text: string, digits: number): number | null {
  const [, whole, fraction = ""] = /^(\d{1,9})(?:[.,](\d*))?$/.exec(text.trim()) ?? [];
  if (whole === undefined || fraction.length > digits) return null;
  return Number(whole + fraction.padEnd(digits, "0"));
}

/** What is in the shop, as the form shows it. */
export function textOf(product: { sku: string; name: string; unit_price: number; currency: string; available: number }): ProductText {
  const digits = minorUnitDigits(product.currency) ?? 2;
  return {
    sku: product.sku,
    name: product.name,
    price: decimal(product.unit_price, digits),
    currency: product.currency,
    stock: String(product.available),
  };
}
