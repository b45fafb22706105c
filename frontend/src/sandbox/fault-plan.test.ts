import { expect, it } from "vitest";
import { asksBank, choicesOf, type Effect, type FaultPlan, type Part, PARTS, predict } from "./fault-plan";

const broken = (effect: Effect, times?: number) => ({ effect, times });

it.each<[FaultPlan, string, string]>([
  [{}, "confirmed", "stock authorize book capture refund"],
  [{ authorize: broken("fail", 2), book: broken("crash", 2), capture: broken("fail", 3) }, "confirmed", "stock authorize book capture refund"],
  [{ authorize: broken("confirm") }, "confirmed", "stock authorize book capture refund"],
  [{ stock: broken("sellOut"), capture: broken("fail") }, "rejected", "stock"],
  [{ authorize: broken("refuse"), void: broken("fail") }, "rejected", "stock authorize"],
  [{ authorize: broken("fail") }, "rejected", "stock authorize void"],
  [{ authorize: broken("fail", 4) }, "rejected", "stock authorize void"],
  [{ authorize: broken("crash"), book: broken("refuse") }, "needsAttention", "stock authorize"],
  [{ book: broken("refuse") }, "rejected", "stock authorize book void"],
  [{ book: broken("fail"), void: broken("fail", 2) }, "rejected", "stock authorize book void"],
  [{ book: broken("refuse"), void: broken("fail") }, "needsAttention", "stock authorize book void"],
  [{ capture: broken("crash") }, "needsAttention", "stock authorize book capture"],
  [{ refund: broken("fail") }, "confirmed", "stock authorize book capture refund"],
])("predicts the end of %j: %s", (plan, end, reached) => {
  const prediction = predict(plan);

  expect(prediction.end).toBe(end);
  expect([...prediction.reached]).toEqual(reached.split(" "));
});

it("predicts the question of the bank, unless the order ends before its payment", () => {
  expect(asksBank({ authorize: broken("confirm") })).toBe(true);
  expect(asksBank({ stock: broken("sellOut"), authorize: broken("confirm") })).toBe(false);
  expect(asksBank({ authorize: broken("refuse") })).toBe(false);
});

it("offers only what the API accepts", () => {
  const offered = (part: Part) => [...new Set(choicesOf(part).flat().map(({ effect }) => effect))];

  expect(Object.fromEntries(PARTS.map((part) => [part, offered(part)]))).toEqual({
    stock: ["sellOut"],
    authorize: ["refuse", "confirm", "fail", "crash"],
    book: ["refuse", "fail", "crash"],
    capture: ["fail", "crash"],
    void: ["fail", "crash"],
    refund: ["fail", "crash"],
  });
});
