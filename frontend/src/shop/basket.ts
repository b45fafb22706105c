import { messages } from "../messages";

/** A basket: a quantity for each SKU. */
export type Basket = Readonly<Record<string, number>>;

// The limits of the API: functions/orders/place_order.py.
export const MAX_QUANTITY = 100;
export const MAX_LINES = 50;

/** Adds `quantity` of a product to the basket, within the limits of the API. */
export function addToBasket(basket: Basket, sku: string, quantity = 1): Basket {
  if (!(sku in basket) && Object.keys(basket).length >= MAX_LINES) return basket;
  return setQuantity(basket, sku, (basket[sku] ?? 0) + quantity);
}

/** Why no more of a product fits in the basket; undefined if it does. */
export function basketLimit(basket: Basket, sku: string): string | undefined {
  if ((basket[sku] ?? 0) >= MAX_QUANTITY) return messages.basket.limit(MAX_QUANTITY);
  return addToBasket(basket, sku) === basket ? messages.basket.productLimit(MAX_LINES) : undefined;
}

/** Sets the quantity of a product. A quantity below 1 removes the product. */
export function setQuantity(basket: Basket, sku: string, quantity: number): Basket {
  if (quantity < 1) return Object.fromEntries(Object.entries(basket).filter(([other]) => other !== sku));
  return { ...basket, [sku]: Math.min(Math.trunc(quantity), MAX_QUANTITY) };
}

/** Removes the ordered quantities. What another tab has added meanwhile stays. */
export const removeOrdered = (basket: Basket, items: readonly { sku: string; quantity: number }[]): Basket =>
  items.reduce((rest, { sku, quantity }) => setQuantity(rest, sku, (rest[sku] ?? 0) - quantity), basket);

/** The number of items in the basket. */
export const itemCount = (basket: Basket): number => Object.values(basket).reduce((sum, quantity) => sum + quantity, 0);

/** Parses a stored basket. Ignores invalid content. */
export function parseBasket(text: string | null): Basket {
  try {
    const content: unknown = JSON.parse(text ?? "{}");
    if (typeof content !== "object" || content === null || Array.isArray(content)) return {};
    return Object.entries(content).reduce<Basket>(
      (basket, [sku, quantity]) =>
        Number.isInteger(quantity) && quantity > 0 ? addToBasket(basket, sku, quantity as number) : basket,
      {},
    );
  } catch {
    return {};
  }
}

export interface PricedProduct {
  sku: string;
  name: string;
  unit_price: number;
  currency: string;
  available: number;
}

export interface BasketLine extends PricedProduct {
  quantity: number;
}

/** The lines of the basket, at the current prices. Leaves out products that the shop no longer sells. */
export function basketLines(basket: Basket, products: readonly PricedProduct[]): BasketLine[] {
  return Object.entries(basket).flatMap(([sku, quantity]) => {
    const product = products.find((each) => each.sku === sku);
    return product ? [{ ...product, quantity }] : [];
  });
}

/** What to say if the shop has fewer pieces than the line asks for. */
export function stockWarning({ quantity, available }: BasketLine): string | undefined {
  if (quantity <= available) return undefined;
  return available < 1 ? messages.shop.soldOut : messages.basket.onlyInStock(available);
}

/** The SKUs in the basket that the shop no longer sells. */
export const discontinuedSkus = (basket: Basket, products: readonly PricedProduct[]): string[] =>
  Object.keys(basket).filter((sku) => !products.some((product) => product.sku === sku));

/** The total in minor units; null if the lines have several currencies, because an order has one. */
export function basketTotal(lines: readonly BasketLine[]): { amount: number; currency: string } | null {
  const currency = lines[0]?.currency;
  if (currency === undefined || lines.some((line) => line.currency !== currency)) return null;
  return { amount: lines.reduce((sum, line) => sum + line.unit_price * line.quantity, 0), currency };
}
