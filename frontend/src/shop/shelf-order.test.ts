import { expect, it } from "vitest";
import { inShelfOrder } from "./shelf-order";

const product = (sku: string, name: string, available = 5) => ({ sku, name, unit_price: 100, currency: "EUR", available });
const beans = product("BEANS-250", "Espresso beans");
const kettle = product("KETTLE-1", "Gooseneck kettle");
const spoon = product("SPOON-1", "Spoon");
const apron = product("X-1", "Apron");

it("shows the products with a drawing first, in a fixed order, and then the others by name", () => {
  expect(inShelfOrder([apron, beans, kettle]).map(({ name }) => name)).toEqual(["Gooseneck kettle", "Espresso beans", "Apron"]);
  expect(inShelfOrder([spoon, kettle, apron, beans])).toEqual([kettle, beans, apron, spoon]);
});

it("shows sold-out products last", () => {
  expect(inShelfOrder([product("KETTLE-1", "Gooseneck kettle", 0), apron, beans]).map(({ sku }) => sku)).toEqual(["BEANS-250", "X-1", "KETTLE-1"]);
});
