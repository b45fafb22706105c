import { isProblem } from "../api/api-error";
import { formatDecimal, minorUnitDigits } from "../shared/format";
import { isBlank, textError } from "../shared/text-validation";
import type { NewProduct } from "./console-api";
import { consoleMessages } from "./console-messages";

/** A product as an operator types it. */
export interface ProductText {
  sku: string;
  name: string;
  price: string;
  currency: string;
  stock: string;
}

export const EMPTY_PRODUCT: ProductText = { sku: "", name: "", price: "", currency: "EUR", stock: "" };

/**
 * Converts the typed texts to a product, or returns the error message of each invalid field. Only a new product has a
 * stock, because orders change the stock of an existing product while the form is open.
 */
export function parseProduct(text: ProductText, isNew: boolean): { product: NewProduct } | { errors: Partial<Record<keyof ProductText, string>> } {
  const errors: Partial<Record<keyof ProductText, string>> = {};
  const digits = minorUnitDigits(text.currency) ?? null;
  const unit_price = digits === null ? null : parseMinorUnits(text.price, digits);
  if (!/^[A-Z0-9-]{1,40}$/.test(text.sku)) errors.sku = consoleMessages.products.skuInvalid;
  const nameError = isBlank(text.name) ? consoleMessages.products.nameMissing : textError(text.name);
  if (nameError) errors.name = nameError;
  if (digits === null) errors.currency = consoleMessages.products.currencyInvalid;
  else if (unit_price === null) errors.price = consoleMessages.products.priceInvalid((12.5).toFixed(digits));
  if (isNew && !/^\d{1,9}$/.test(text.stock)) errors.stock = consoleMessages.products.stockInvalid;
  if (Object.keys(errors).length > 0 || unit_price === null) return { errors };
  const details = { name: text.name.trim(), unit_price, currency: text.currency };
  return { product: isNew ? { ...details, stock: Number(text.stock) } : details };
}

/** Converts an amount such as `12.50` to minor units; null if it is not valid. Works on digits, because floats round. */
export function parseMinorUnits(text: string, digits: number): number | null {
  const [, whole, fraction = ""] = /^(\d{1,9})(?:[.,](\d*))?$/.exec(text.trim()) ?? [];
  if (whole === undefined || fraction.length > digits) return null;
  return Number(whole + fraction.padEnd(digits, "0"));
}

/** Replaces the error of a new product whose SKU exists. Its message tells other clients of the API which header to send. */
export const savingError = (error: Error): Error => (isProblem(error, "version-required") ? new Error(consoleMessages.products.exists) : error);

/** The members of a product that an operator edits. */
export interface ProductDetails {
  sku: string;
  name: string;
  unit_price: number;
  currency: string;
}

/** Whether another operator changed the product after the form showed it. Ignores the available quantity. */
export function isChanged(shown: ProductDetails, current: ProductDetails | undefined): boolean {
  return (
    current !== undefined &&
    (current.name !== shown.name || current.unit_price !== shown.unit_price || current.currency !== shown.currency)
  );
}

/** Converts a product to the texts of the form, without its stock. */
export function toProductText(product: ProductDetails): ProductText {
  const digits = minorUnitDigits(product.currency) ?? 2;
  return {
    sku: product.sku,
    name: product.name,
    price: formatDecimal(product.unit_price, digits),
    currency: product.currency,
    stock: "",
  };
}
