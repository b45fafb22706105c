import { expect, it } from "vitest";
import { oversell } from "./oversell";

const product = (sku: string, available: number, unit_price = 100, currency = "EUR") => ({ sku, name: sku, available, unit_price, currency });

it("asks for one piece more than are in stock", () => {
  const oversold = oversell({ CUP: 2 }, [product("CUP", 7), product("POT", 1)]);

  expect(oversold).toMatchObject({ basket: { CUP: 8 }, quantity: 8, product: { sku: "CUP" } });
});

it("keeps a quantity that is too large already", () => {
  expect(oversell({ CUP: 9 }, [product("CUP", 7)])?.basket).toEqual({ CUP: 9 });
});

it("adds the cheapest other product if no order can empty the stock of those in the basket", () => {
  const products = [product("CUP", 500), product("PAN", 90), product("POT", 1, 900), product("YEN", 0, 1, "JPY")];

  expect(oversell({ CUP: 2 }, products)?.basket).toEqual({ CUP: 2, POT: 2 });
});

it.each([[[product("CUP", 100)]], [[product("CUP", 500), product("YEN", 0, 1, "JPY")]], [[]]])("cannot oversell %j", (products) => {
  expect(oversell({ CUP: 1 }, products)).toBeUndefined();
});
