import { DRAWINGS } from "./product-drawings";
import type { Product } from "./products-api";

const POSITIONS = new Map(Object.keys(DRAWINGS).map((sku, position) => [sku, position]));

/** Orders products as on a shelf: products in stock first, then those with a drawing, in the order of the drawings, then by name. */
export const inShelfOrder = (products: readonly Product[]): Product[] =>
  [...products].sort(
    (one, other) =>
      Number(one.available < 1) - Number(other.available < 1) || position(one) - position(other) || one.name.localeCompare(other.name),
  );

const position = ({ sku }: Product): number => POSITIONS.get(sku) ?? POSITIONS.size;
