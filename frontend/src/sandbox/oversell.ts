import { type Basket, MAX_LINES, MAX_QUANTITY, type PricedProduct } from "../shop/basket";

export interface Oversold {
  basket: Basket;
  /** The product that the order asks for in vain, and its quantity. */
  product: PricedProduct;
  quantity: number;
}

/**
 * Makes the order ask for one piece of a product more than are in stock. Prefers a product of the basket, then a cheap
 * order.
 *
 * @returns undefined if the shop has more pieces of every product than one order can have.
 */
export function oversell(basket: Basket, products: readonly PricedProduct[]): Oversold | undefined {
  const currency = products.find(({ sku }) => sku in basket)?.currency;
  const isFull = Object.keys(basket).length >= MAX_LINES;
  const [product] = products
    .filter((each) => each.currency === currency && each.available < MAX_QUANTITY && (each.sku in basket || !isFull))
    .sort((one, other) => rank(one, basket) - rank(other, basket));
  if (!product) return undefined;
  const quantity = Math.max(product.available + 1, basket[product.sku] ?? 0);
  return { basket: { ...basket, [product.sku]: quantity }, product, quantity };
}

const rank = ({ sku, available, unit_price }: PricedProduct, basket: Basket): number =>
  sku in basket ? -1 / (1 + available) : (available + 1) * unit_price;
