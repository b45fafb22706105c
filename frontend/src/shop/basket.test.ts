import { describe, expect, it } from "vitest";
import { lines, MOST_LINES, notSoldAnyMore, parseBasket, pieces, put, total, withQuantity } from "./basket";

const kettle = { sku: "KETTLE-1", name: "Kettle", unit_price: 6900, currency: "EUR", available: 3 };
const cup = { sku: "CUP-2", name: "Cups", unit_price: 2800, currency: "EUR", available: 9 };

describe("a basket", () => {
  it("counts what is put into it, up to what an order may hold", () => {
    expect(put(put({}, "A"), "A", 2)).toEqual({ A: 3 });
    expect(put({ A: 99 }, "A", 5)).toEqual({ A: 100 });
  });

  it("takes no more lines than an order may have", () => {
    const full = Object.fromEntries(Array.from({ length: MOST_LINES }, (_, index) => [`SKU-${index}`, 1]));

    expect(put(full, "ONE-MORE")).toBe(full);
    expect(pieces(put(full, "SKU-0"))).toBe(MOST_LINES + 1);
  });

  it("keeps a line's place when its quantity changes, and drops it at none", () => {
    expect(Object.keys(withQuantity({ A: 1, B: 1 }, "A", 4))).toEqual(["A", "B"]);
    expect(withQuantity({ A: 1, B: 1 }, "A", 0)).toEqual({ B: 1 });
  });

  it("survives a reload, and whatever else is found in its place", () => {
    expect(parseBasket(JSON.stringify({ A: 2 }))).toEqual({ A: 2 });
    for (const text of [null, "", "[1]", "null", '"x"', "{", '{"A":-1,"B":"2","C":1.5}']) expect(parseBasket(text)).toEqual({});
  });
});

describe("its lines", () => {
  it("have today's prices, and leave out what is not sold any more", () => {
    expect(lines({ "KETTLE-1": 2, GONE: 1 }, [kettle, cup])).toEqual([{ ...kettle, quantity: 2 }]);
    expect(notSoldAnyMore({ "KETTLE-1": 2, GONE: 1 }, [kettle, cup])).toEqual(["GONE"]);
  });

  it("add up in one currency only", () => {
    const two = lines({ "KETTLE-1": 2, "CUP-2": 1 }, [kettle, cup]);

    expect(total(two)).toEqual({ amount: 16_600, currency: "EUR" });
    expect(total([...two, { ...cup, quantity: 1, currency: "USD" }])).toBeNull();
    expect(total([])).toBeNull();
  });
});
