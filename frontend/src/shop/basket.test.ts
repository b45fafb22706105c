import { describe, expect, it } from "vitest";
import {
  addToBasket,
  basketLimit,
  basketLines,
  basketTotal,
  discontinuedSkus,
  itemCount,
  MAX_LINES,
  parseBasket,
  removeOrdered,
  setQuantity,
  stockWarning,
} from "./basket";

const kettle = { sku: "KETTLE-1", name: "Kettle", unit_price: 6900, currency: "EUR", available: 3 };
const cup = { sku: "CUP-2", name: "Cups", unit_price: 2800, currency: "EUR", available: 9 };

describe("a basket", () => {
  it("adds up the quantity of a product, up to the limit of an order", () => {
    expect(addToBasket(addToBasket({}, "A"), "A", 2)).toEqual({ A: 3 });
    expect(addToBasket({ A: 99 }, "A", 5)).toEqual({ A: 100 });
  });

  it("has no more lines than an order can have", () => {
    const full = Object.fromEntries(Array.from({ length: MAX_LINES }, (_, index) => [`SKU-${index}`, 1]));

    expect(addToBasket(full, "ONE-MORE")).toBe(full);
    expect(itemCount(addToBasket(full, "SKU-0"))).toBe(MAX_LINES + 1);
  });

  it("says which limit of an order it has reached", () => {
    const full = Object.fromEntries(Array.from({ length: MAX_LINES }, (_, index) => [`SKU-${index}`, 1]));

    expect(basketLimit({ A: 99 }, "A")).toBeUndefined();
    expect(basketLimit({ A: 100 }, "A")).toBe("Limit of 100 per order");
    expect(basketLimit(full, "SKU-0")).toBeUndefined();
    expect(basketLimit(full, "ONE-MORE")).toBe("Limit of 50 products per order");
  });

  it("keeps the position of a line when its quantity changes, and removes the line at zero", () => {
    expect(Object.keys(setQuantity({ A: 1, B: 1 }, "A", 4))).toEqual(["A", "B"]);
    expect(setQuantity({ A: 1, B: 1 }, "A", 0)).toEqual({ B: 1 });
  });

  it("keeps what was added while the order was placed", () => {
    expect(removeOrdered({ A: 3, B: 1 }, [{ sku: "A", quantity: 2 }])).toEqual({ A: 1, B: 1 });
    expect(removeOrdered({ A: 3 }, [{ sku: "A", quantity: 100 }, { sku: "GONE", quantity: 1 }])).toEqual({});
  });

  it("is restored after a reload, and ignores invalid content", () => {
    expect(parseBasket(JSON.stringify({ A: 2 }))).toEqual({ A: 2 });
    for (const text of [null, "", "[1]", "null", '"x"', "{", '{"A":-1,"B":"2","C":1.5}']) expect(parseBasket(text)).toEqual({});
  });
});

describe("the lines of a basket", () => {
  it("have the current prices, and leave out discontinued products", () => {
    expect(basketLines({ "KETTLE-1": 2, GONE: 1 }, [kettle, cup])).toEqual([{ ...kettle, quantity: 2 }]);
    expect(discontinuedSkus({ "KETTLE-1": 2, GONE: 1 }, [kettle, cup])).toEqual(["GONE"]);
  });

  it("have a warning if the shop has too few pieces", () => {
    expect(stockWarning({ ...kettle, quantity: 3 })).toBeUndefined();
    expect(stockWarning({ ...kettle, quantity: 4 })).toBe("Only 3 in stock");
    expect(stockWarning({ ...kettle, available: 0, quantity: 1 })).toBe("Sold out");
  });

  it("have a total in a single currency only", () => {
    const lines = basketLines({ "KETTLE-1": 2, "CUP-2": 1 }, [kettle, cup]);

    expect(basketTotal(lines)).toEqual({ amount: 16_600, currency: "EUR" });
    expect(basketTotal([...lines, { ...cup, quantity: 1, currency: "USD" }])).toBeNull();
    expect(basketTotal([])).toBeNull();
  });
});
