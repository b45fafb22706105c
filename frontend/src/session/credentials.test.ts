import { expect, it } from "vitest";
import { codeErrors, signInErrors, signUpErrors } from "./credentials";

const GOOD = { email: "ada@example.com", password: "Correct-horse-9-battery" };

it("lets through what Cognito takes", () => {
  expect(signInErrors(GOOD)).toEqual({});
  expect(signUpErrors(GOOD)).toEqual({});
  expect(codeErrors(" 123456 ")).toEqual({});
});

it("says what is missing, field by field", () => {
  expect(signInErrors({ email: " ", password: "" })).toEqual({ email: "Enter your e-mail address.", password: "Enter your password." });
  expect(signUpErrors({ email: "", password: "" })).toEqual({ email: "Enter your e-mail address.", password: "Choose a password." });
});

it.each(["ada", "ada@", "@example.com", "ada@example", "ada lovelace@example.com"])("takes %s for no address", (email) => {
  expect(signInErrors({ ...GOOD, email }).email).toContain("whole address");
});

it.each([
  ["Correct-horse", "Still missing: a digit."],
  ["correct-horse-9", "Still missing: an upper-case letter."],
  ["CORRECT-HORSE-9", "Still missing: a lower-case letter."],
  ["CorrectHorse9battery", "Still missing: a symbol such as ! or -."],
  ["Short-1", "Still missing: 5 more characters."],
  ["Eleven-char", "Still missing: one more character, a digit."],
])("says what the password %s lacks", (password, words) => {
  expect(signUpErrors({ ...GOOD, password }).password).toBe(words);
});

it("asks nobody who has an account for a stronger password", () => {
  expect(signInErrors({ ...GOOD, password: "old" })).toEqual({});
});

it.each(["", "12345", "1234567", "12a456"])("takes %j for no code", (code) => {
  expect(codeErrors(code).code).toContain("six digits");
});
