import { expect, it } from "vitest";
import type { Product } from "../shop/products-api";
import { productName } from "./product-name";

it("names a product, with its SKU as the fallback", () => {
  const products = [{ sku: "FILTER-100", name: "Paper filters, 100" } as Product];

  expect(productName(products, "FILTER-100")).toBe("Paper filters, 100");
  expect(productName(products, "GONE-1")).toBe("GONE-1");
  expect(productName(undefined, "FILTER-100")).toBe("FILTER-100");
});
