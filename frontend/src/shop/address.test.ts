import { expect, it } from "vitest";
import { faultsOf, SAMPLE_ADDRESS } from "./address";

it("finds nothing wrong with the sample", () => {
  expect(faultsOf(SAMPLE_ADDRESS)).toEqual({});
});

it("says what is missing, member by member", () => {
  expect(faultsOf({ ...SAMPLE_ADDRESS, city: " ", country: "" })).toEqual({
    city: "City is missing.",
    country: "Country is missing.",
  });
});

it("wants a country as the API does", () => {
  expect(faultsOf({ ...SAMPLE_ADDRESS, country: "Germany" }).country).toContain("two capital letters");
});
