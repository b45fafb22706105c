import type { Product } from "../shop/products-api";

/** The name of a product; its SKU if the shop does not sell it, or while the products are loading. */
export const productName = (products: readonly Product[] | undefined, sku: string): string =>
  products?.find((product) => product.sku === sku)?.name ?? sku;
