import { isBlank, textError } from "../shared/text";
import { decimal, minorUnitDigits } from "../shared/format";
import type { NewProduct } from "./console-api";

/** A product as a person types it. */
export interface ProductText {
  sku: string;
  name: string;
  price: string;
  currency: string;
  stock: string;
}

export const EMPTY: ProductText = { sku: "", name: "", price: "", currency: "EUR", stock: "" };

/**
 * The product that was typed, or what is wrong with it, member by member. Only a new product has its stock set here: of
 * an existing one orders change the stock while the form is open.
 */
export function productOf(text: ProductText, isNew: boolean): { product: NewProduct } | { errors: Partial<Record<keyof ProductText, string>> } {
  const errors: Partial<Record<keyof ProductText, string>> = {};
  const digits = minorUnitDigits(text.currency) ?? null;
  const unit_price = digits === null ? null : minorUnits(text.price, digits);
  if (!/^[A-Z0-9-]{1,40}$/.test(text.sku)) errors.sku = "Capital letters, digits and dashes; up to 40.";
  const nameFault = isBlank(text.name) ? "Say what it is." : textError(text.name);
  if (nameFault) errors.name = nameFault;
  if (digits === null) errors.currency = "Three capital letters of ISO 4217, such as EUR.";
  else if (unit_price === null) errors.price = `An amount such as ${(12.5).toFixed(digits)}.`;
  if (isNew && !/^\d{1,9}$/.test(text.stock)) errors.stock = "A whole number.";
  if (Object.keys(errors).length > 0 || unit_price === null) return { errors };
  const details = { name: text.name.trim(), unit_price, currency: text.currency };
  return { product: isNew ? { ...details, stock: Number(text.stock) } : details };
}

/** An amount such as `12.50` in minor units; null where it is none. Not by a float, which would be a cent off now and then. */
export function minorUnits(text: string, digits: number): number | null {
  const [, whole, fraction = ""] = /^(\d{1,9})(?:[.,](\d*))?$/.exec(text.trim()) ?? [];
  if (whole === undefined || fraction.length > digits) return null;
  return Number(whole + fraction.padEnd(digits, "0"));
}

/** What an operator edits of a product in the shop. */
export interface Details {
  sku: string;
  name: string;
  unit_price: number;
  currency: string;
}

/** Whether somebody has changed the product since `shown` was put into the form. What is available is not in it. */
export function isChanged(shown: Details, present: Details | undefined): boolean {
  return (
    present !== undefined &&
    (present.name !== shown.name || present.unit_price !== shown.unit_price || present.currency !== shown.currency)
  );
}

/** What is in the shop, as the form shows it: without its stock. */
export function textOf(product: Details): ProductText {
  const digits = minorUnitDigits(product.currency) ?? 2;
  return {
    sku: product.sku,
    name: product.name,
    price: decimal(product.unit_price, digits),
    currency: product.currency,
    stock: "",
  };
}
