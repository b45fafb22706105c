import { describe, expect, it } from "vitest";
import { ApiError, errorsBelow } from "./api-error";

describe("a fault in words", () => {
  it("says what the problem document says", () => {
    expect(new ApiError(409, { detail: "The order is confirmed." }).message).toBe("The order is confirmed.");
  });

  it("names the members that are wrong, as a person counts them", () => {
    const problem = { errors: [{ pointer: "/items/0/quantity", detail: "at most 100" }, { pointer: "/shipping_address/postal_code", detail: "too short" }] };

    expect(new ApiError(422, problem).message).toBe(
      "That was not accepted. quantity of item 1: at most 100; postal code: too short.",
    );
  });

  it("says that nothing answered", () => {
    expect(new ApiError(0).message).toContain("offline");
  });

  it("blames the shop for an answer without words", () => {
    expect(new ApiError(502).message).toContain("Try again");
    expect(new ApiError(418).message).toContain("418");
  });
});

it("may pass where the shop is to blame, and not where the request is", () => {
  expect([0, 429, 500, 503].every((status) => new ApiError(status).isTransient)).toBe(true);
  expect([400, 401, 404, 409, 422].some((status) => new ApiError(status).isTransient)).toBe(false);
});

it("tells what was wrong below a member, by name", () => {
  const errors = [
    { pointer: "/shipping_address/country", detail: "no such country" },
    { pointer: "/items/0/quantity", detail: "too many" },
  ];

  expect(errorsBelow(new ApiError(422, { errors }), "/shipping_address")).toEqual({ country: "no such country" });
  expect(errorsBelow(new Error("offline"), "/shipping_address")).toEqual({});
});
