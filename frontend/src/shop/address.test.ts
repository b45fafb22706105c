import { expect, it } from "vitest";
import { addressErrors, SAMPLE_ADDRESS } from "./address";

const in_ = (country: string, postal_code: string) => addressErrors({ ...SAMPLE_ADDRESS, country, postal_code });

it("finds nothing wrong with the sample", () => {
  expect(addressErrors(SAMPLE_ADDRESS)).toEqual({});
});

it("says what is missing, member by member", () => {
  expect(addressErrors({ ...SAMPLE_ADDRESS, city: " ", country: "" })).toEqual({
    city: "City is missing.",
    country: "Country is missing.",
  });
});

it("finds nothing in what cannot be seen, and fault with what breaks a line", () => {
  for (const name of ["\u200b", "\u3164", "\u2800", "\u00a0"]) expect(addressErrors({ ...SAMPLE_ADDRESS, name }).name).toContain("missing");
  for (const name of ["a\nb", "a\u0000", "a\uffff", "a\u202e"]) expect(addressErrors({ ...SAMPLE_ADDRESS, name }).name).toContain("control characters");
  for (const name of ["Łukasz", "محمد", "\u{1f600}", "O’Brien"]) expect(addressErrors({ ...SAMPLE_ADDRESS, name })).toEqual({});
  expect(addressErrors({ ...SAMPLE_ADDRESS, name: "x".repeat(201) }).name).toContain("200");
});

it("wants a country as the API does", () => {
  expect(addressErrors({ ...SAMPLE_ADDRESS, country: "Germany" }).country).toContain("two capital letters");
});

it("takes a postal code as people write it in its country", () => {
  for (const [country, code] of [["DE", "00000"], ["DE", "99999"], ["JP", "〒100-0001"], ["JP", "１００－０００１"], ["GB", "sw1a1aa"], ["US", "90210-1234"]] as const)
    expect(in_(country, code), `${country} ${code}`).toEqual({});
});

it("wants none where the country has none, and takes one", () => {
  for (const code of ["", " ", "00000"]) expect(in_("QA", code)).toEqual({});
});

it("says how a postal code is written, and that it is missing", () => {
  expect(in_("DE", "1011").postal_code).toBe("Write it as in DE, such as 26133.");
  expect(in_("GB", "12345").postal_code).toContain("EC1Y 8SY");
  expect(in_("DE", "").postal_code).toBe("Postal code is missing.");
});
