import { describe, expect, it } from "vitest";
import { EMPTY, minorUnits, productOf, textOf } from "./product_form";

const kettle = { sku: "KETTLE-1", name: "Kettle", price: "69.00", currency: "EUR", stock: "12" };

describe("a typed product", () => {
  it("becomes what the API takes, with its price in minor units", () => {
    expect(productOf(kettle)).toEqual({ product: { name: "Kettle", unit_price: 6900, currency: "EUR", stock: 12 } });
    expect(productOf({ ...kettle, price: "690", currency: "JPY" })).toMatchObject({ product: { unit_price: 690 } });
  });

  it("is told what is wrong with it", () => {
    expect(Object.keys((productOf(EMPTY) as { faults: object }).faults)).toEqual(["sku", "name", "price", "stock"]);
    expect(productOf({ ...kettle, price: "1.5", currency: "JPY" })).toHaveProperty("faults.price");
    expect(productOf({ ...kettle, currency: "euro" })).toHaveProperty("faults.currency");
    expect(productOf({ ...kettle, currency: "XXX" })).toHaveProperty("faults.currency");
    for (const name of [" ", "\u200b", "\u3164", "a\nb", "a\uffff"]) expect(productOf({ ...kettle, name })).toHaveProperty("faults.name");
  });

  it("has the minor units of ISO 4217, whatever the browser displays", () => {
    expect(productOf({ ...kettle, price: "499.00", currency: "HUF" })).toMatchObject({ product: { unit_price: 49_900 } });
    expect(productOf({ ...kettle, price: "1.234", currency: "IQD" })).toMatchObject({ product: { unit_price: 1234 } });
    expect(textOf({ sku: "A", name: "A", unit_price: 49_900, currency: "HUF", available: 1 }).price).toBe("499.00");
  });

  it("shows what is in the shop", () => {
    expect(textOf({ sku: "KETTLE-1", name: "Kettle", unit_price: 6900, currency: "EUR", available: 12 })).toEqual(kettle);
  });
});

it("reads amounts exactly, in either way of writing them", () => {
  expect(minorUnits("1.15", 2)).toBe(115);
  expect(minorUnits("0,3", 2)).toBe(30);
  expect(minorUnits("7", 2)).toBe(700);
  for (const text of ["", "-1", "1.234", "1e3", "x"]) expect(minorUnits(text, 2)).toBeNull();
});
