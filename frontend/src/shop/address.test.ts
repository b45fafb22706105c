import { expect, it } from "vitest";
import { addressErrors, SAMPLE_ADDRESS } from "./address";

const errorsIn = (country: string, postal_code: string) => addressErrors({ ...SAMPLE_ADDRESS, country, postal_code });

it("accepts the sample address", () => {
  expect(addressErrors(SAMPLE_ADDRESS)).toEqual({});
});

it("reports each missing field", () => {
  expect(addressErrors({ ...SAMPLE_ADDRESS, city: " ", country: "" })).toEqual({
    city: "Enter your city.",
    country: "Enter your country.",
  });
});

it("treats invisible characters as missing, and rejects control characters", () => {
  for (const name of ["\u200b", "\u3164", "\u2800", "\u00a0"]) expect(addressErrors({ ...SAMPLE_ADDRESS, name }).name).toBe("Enter your name.");
  for (const name of ["a\nb", "a\u0000", "a\uffff", "a\u202e"]) expect(addressErrors({ ...SAMPLE_ADDRESS, name }).name).toContain("control characters");
  for (const name of ["Łukasz", "محمد", "\u{1f600}", "O’Brien"]) expect(addressErrors({ ...SAMPLE_ADDRESS, name })).toEqual({});
  expect(addressErrors({ ...SAMPLE_ADDRESS, name: "x".repeat(201) }).name).toContain("200");
});

it("requires the country format of the API", () => {
  expect(addressErrors({ ...SAMPLE_ADDRESS, country: "Germany" }).country).toContain("two-letter code");
});

it("accepts a postal code with the usual punctuation of its country", () => {
  for (const [country, code] of [["DE", "00000"], ["DE", "99999"], ["JP", "〒100-0001"], ["JP", "１００－０００１"], ["GB", "sw1a1aa"], ["US", "90210-1234"]] as const)
    expect(errorsIn(country, code), `${country} ${code}`).toEqual({});
});

it("accepts any postal code, or none, in a country without postal codes", () => {
  for (const code of ["", " ", "00000"]) expect(errorsIn("QA", code)).toEqual({});
});

it("reports an invalid postal code with an example, and a missing one", () => {
  expect(errorsIn("DE", "1011").postal_code).toBe("Enter a valid postal code for DE, such as 26133.");
  expect(errorsIn("GB", "12345").postal_code).toContain("EC1Y 8SY");
  expect(errorsIn("DE", "").postal_code).toBe("Enter your postal code.");
});
