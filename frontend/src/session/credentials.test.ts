import { expect, it } from "vitest";
import { codeErrors, signInErrors, signUpErrors } from "./credentials";

const VALID = { email: "ada@example.com", password: "Correct-horse-9-battery" };

it("accepts what Cognito accepts", () => {
  expect(signInErrors(VALID)).toEqual({});
  expect(signUpErrors(VALID)).toEqual({});
  expect(codeErrors(" 123456 ")).toEqual({});
});

it("reports each missing field", () => {
  expect(signInErrors({ email: " ", password: "" })).toEqual({ email: "Enter your email address.", password: "Enter your password." });
  expect(signUpErrors({ email: "", password: "" })).toEqual({ email: "Enter your email address.", password: "Choose a password." });
});

it.each(["ada", "ada@", "@example.com", "ada@example", "ada lovelace@example.com"])("rejects %s as an email address", (email) => {
  expect(signInErrors({ ...VALID, email }).email).toContain("complete email address");
});

it.each([
  ["Correct-horse", "Your password needs a digit."],
  ["correct-horse-9", "Your password needs an uppercase letter."],
  ["CORRECT-HORSE-9", "Your password needs a lowercase letter."],
  ["CorrectHorse9battery", "Your password needs a symbol such as ! or -."],
  ["Short-1", "Your password needs 5 more characters."],
  ["Eleven-char", "Your password needs 1 more character and a digit."],
])("says what the password %s needs", (password, message) => {
  expect(signUpErrors({ ...VALID, password }).password).toBe(message);
});

it.each([" Correct-horse-9", "Correct-horse-9 ", "Correct-horse-9\t"])("rejects %j, because Cognito accepts no space at the start or the end", (password) => {
  expect(signUpErrors({ ...VALID, password }).password).toBe("Remove the space at the start or the end of your password.");
  expect(signUpErrors({ ...VALID, password: "Correct horse 9" })).toEqual({});
});

it("accepts a weak password of an existing account", () => {
  expect(signInErrors({ ...VALID, password: "old" })).toEqual({});
});

it.each(["", "12345", "1234567", "12a456"])("rejects %j as a code", (code) => {
  expect(codeErrors(code).code).toContain("six-digit code");
});
