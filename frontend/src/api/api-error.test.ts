import { describe, expect, it } from "vitest";
import { ApiError, errorsBelow } from "./api-error";

describe("the message of an error response", () => {
  it("is the detail of the problem document", () => {
    expect(new ApiError(409, { detail: "The order is confirmed." }).message).toBe("The order is confirmed.");
  });

  it("names the invalid fields, and counts items from 1", () => {
    const problem = { errors: [{ pointer: "/items/0/quantity", detail: "at most 100" }, { pointer: "/shipping_address/postal_code", detail: "too short" }] };

    expect(new ApiError(422, problem).message).toBe(
      "Some fields are not valid: quantity of item 1 (at most 100), postal code (too short). Correct them and try again.",
    );
  });

  it("asks to check the connection if there was no response", () => {
    expect(new ApiError(0).message).toContain("internet connection");
  });

  it("suggests a retry if there is no problem document", () => {
    expect(new ApiError(502).message).toContain("Try again");
    expect(new ApiError(418).message).toContain("418");
  });
});

it("is transient if the server failed, and permanent if the request was wrong", () => {
  expect([0, 429, 500, 503].every((status) => new ApiError(status).isTransient)).toBe(true);
  expect([400, 401, 404, 409, 422].some((status) => new ApiError(status).isTransient)).toBe(false);
});

it("returns the errors below a JSON pointer, by member name", () => {
  const errors = [
    { pointer: "/shipping_address/country", detail: "no such country" },
    { pointer: "/items/0/quantity", detail: "too many" },
  ];

  expect(errorsBelow(new ApiError(422, { errors }), "/shipping_address")).toEqual({ country: "no such country" });
  expect(errorsBelow(new Error("offline"), "/shipping_address")).toEqual({});
});
