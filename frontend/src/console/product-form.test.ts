import { describe, expect, it } from "vitest";
import { ApiError } from "../api/api-error";
import { EMPTY_PRODUCT, isChanged, parseMinorUnits, parseProduct, savingError, toProductText } from "./product-form";

const kettle = { sku: "KETTLE-1", name: "Kettle", price: "69.00", currency: "EUR", stock: "12" };

describe("a typed product", () => {
  it("is converted to the request of the API, with its price in minor units", () => {
    expect(parseProduct(kettle, true)).toEqual({ product: { name: "Kettle", unit_price: 6900, currency: "EUR", stock: 12 } });
    expect(parseProduct({ ...kettle, price: "690", currency: "JPY" }, true)).toMatchObject({ product: { unit_price: 690 } });
  });

  it("has an error for each invalid field", () => {
    expect(Object.keys((parseProduct(EMPTY_PRODUCT, true) as { errors: object }).errors)).toEqual(["sku", "name", "price", "stock"]);
    expect(parseProduct({ ...kettle, price: "1.5", currency: "JPY" }, true)).toHaveProperty("errors.price");
    expect(parseProduct({ ...kettle, currency: "euro" }, true)).toHaveProperty("errors.currency");
    expect(parseProduct({ ...kettle, currency: "XXX" }, true)).toHaveProperty("errors.currency");
    for (const name of [" ", "\u200b", "\u3164", "a\nb", "a\uffff"]) expect(parseProduct({ ...kettle, name }, true)).toHaveProperty("errors.name");
  });

  it("has the minor units of ISO 4217, even if the browser displays fewer", () => {
    expect(parseProduct({ ...kettle, price: "499.00", currency: "HUF" }, true)).toMatchObject({ product: { unit_price: 49_900 } });
    expect(parseProduct({ ...kettle, price: "1.234", currency: "IQD" }, true)).toMatchObject({ product: { unit_price: 1234 } });
    expect(toProductText({ sku: "A", name: "A", unit_price: 49_900, currency: "HUF"}).price).toBe("499.00");
  });

  it("leaves out the stock of an existing product, because orders change it while the form is open", () => {
    const shown = { sku: "KETTLE-1", name: "Kettle", unit_price: 6900, currency: "EUR", available: 12 };

    expect(toProductText(shown)).toEqual({ ...kettle, stock: "" });
    expect(parseProduct({ ...toProductText(shown), name: "Teapot" }, false)).toEqual({
      product: { name: "Teapot", unit_price: 6900, currency: "EUR" },
    });
  });

  it("counts as changed after a new name or price, but not after a sale", () => {
    const shown = { sku: "KETTLE-1", name: "Kettle", unit_price: 6900, currency: "EUR", available: 12 };

    const sold = { ...shown, available: 4 };
    expect(isChanged(shown, sold)).toBe(false);
    expect(isChanged(shown, undefined)).toBe(false);
    for (const change of [{ name: "Teapot" }, { unit_price: 1 }, { currency: "CHF" }]) {
      expect(isChanged(shown, { ...shown, ...change })).toBe(true);
    }
  });
});

it("converts amounts exactly, with a decimal point or a comma", () => {
  expect(parseMinorUnits("1.15", 2)).toBe(115);
  expect(parseMinorUnits("0,3", 2)).toBe(30);
  expect(parseMinorUnits("7", 2)).toBe(700);
  for (const text of ["", "-1", "1.234", "1e3", "x"]) expect(parseMinorUnits(text, 2)).toBeNull();
});

it("says what to do with a product that exists, and keeps other errors", () => {
  const exists = new ApiError(428, { type: "urn:serverless-orders:problem:version-required", detail: "To edit, leave out `stock`." });
  const busy = new ApiError(503);

  expect(savingError(exists).message).toContain("select Edit or Adjust stock in the list");
  expect(savingError(busy)).toBe(busy);
});
