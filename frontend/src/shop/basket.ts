/** What a person wants to buy: a quantity for each SKU. */
export type Basket = Readonly<Record<string, number>>;

// The API's own limits: functions/orders/place_order.py.
export const MOST_OF_ONE = 100;
export const MOST_LINES = 50;

/** Puts `more` of a product into the basket, as far as the API takes them. */
export function put(basket: Basket, sku: string, more = 1): Basket {
  if (!(sku in basket) && Object.keys(basket).length >= MOST_LINES) return basket;
  return withQuantity(basket, sku, (basket[sku] ?? 0) + more);
}

/** Sets a product's quantity; none takes it out. */
export function withQuantity(basket: Basket, sku: string, quantity: number): Basket {
  if (quantity < 1) return Object.fromEntries(Object.entries(basket).filter(([other]) => other !== sku));
  return { ...basket, [sku]: Math.min(Math.trunc(quantity), MOST_OF_ONE) };
}

export const pieces = (basket: Basket): number => Object.values(basket).reduce((sum, quantity) => sum + quantity, 0);

/** Reads what `JSON.stringify` wrote. What anybody else wrote there is no basket, and reads as empty. */
export function parseBasket(text: string | null): Basket {
  try {
    const read: unknown = JSON.parse(text ?? "{}");
    if (typeof read !== "object" || read === null || Array.isArray(read)) return {};
    return Object.entries(read).reduce<Basket>(
      (basket, [sku, quantity]) =>
        Number.isInteger(quantity) && quantity > 0 ? put(basket, sku, quantity as number) : basket,
      {},
    );
  } catch {
    return {};
  }
}

export interface Priced {
  sku: string;
  name: string;
  unit_price: number;
  currency: string;
  available: number;
}

export interface Line extends Priced {
  quantity: number;
}

/** The basket's lines with today's products; what is not sold any more is left out. */
export function lines(basket: Basket, products: readonly Priced[]): Line[] {
  return Object.entries(basket).flatMap(([sku, quantity]) => {
    const product = products.find((each) => each.sku === sku);
    return product ? [{ ...product, quantity }] : [];
  });
}

/** The SKUs in the basket that are not sold any more. */
export const notSoldAnyMore = (basket: Basket, products: readonly Priced[]): string[] =>
  Object.keys(basket).filter((sku) => !products.some((product) => product.sku === sku));

/** The sum in minor units; null where the lines are in several currencies, which no order can be. */
export function total(lines: readonly Line[]): { amount: number; currency: string } | null {
  const [first] = lines;
  if (!first || lines.some((line) => line.currency !== first.currency)) return null;
  return { amount: lines.reduce((sum, line) => sum + line.unit_price * line.quantity, 0), currency: first.currency };
}
