// What is checked before Cognito is asked, so that each field says what it wants.
import type { FieldErrors } from "../shared/validated-form";

export interface Credentials {
  email: string;
  password: string;
}

// The pool's policy: UserPool in template.yaml. What Cognito takes for a symbol:
// https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html
const LEAST_CHARACTERS = 12;
const KINDS: readonly [RegExp, string][] = [
  [/[a-z]/, "a lower-case letter"],
  [/[A-Z]/, "an upper-case letter"],
  [/[0-9]/, "a digit"],
  [/[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/, "a symbol such as ! or -"],
];

/** What keeps somebody who has an account from signing in. */
export function signInErrors({ email, password }: Credentials): FieldErrors<keyof Credentials> {
  return { ...emailError(email), ...(password === "" && { password: "Enter your password." }) };
}

/** What keeps somebody new from getting an account. */
export function signUpErrors({ email, password }: Credentials): FieldErrors<keyof Credentials> {
  return { ...emailError(email), ...newPasswordError(password) };
}

/** What is wrong with the code that was mailed. */
export function codeErrors(code: string): FieldErrors<"code"> {
  return /^\d{6}$/.test(code.trim()) ? {} : { code: "Enter the six digits that were mailed to you." };
}

function emailError(email: string): FieldErrors<"email"> {
  if (email.trim() === "") return { email: "Enter your e-mail address." };
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim()) ? {} : { email: "Enter a whole address, such as ada@example.com." };
}

function newPasswordError(password: string): FieldErrors<"password"> {
  if (password === "") return { password: "Choose a password." };
  const lacking = KINDS.filter(([kind]) => !kind.test(password)).map(([, name]) => name);
  const missing = LEAST_CHARACTERS - password.length;
  if (missing > 0) lacking.unshift(missing === 1 ? "one more character" : `${missing} more characters`);
  return lacking.length > 0 ? { password: `Still missing: ${lacking.join(", ")}.` } : {};
}
