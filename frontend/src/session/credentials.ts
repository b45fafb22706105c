// What is checked before Cognito is asked, so that each field says what it wants.
import type { Faults } from "../frame/checked-form";

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
export function signInFaults({ email, password }: Credentials): Faults<keyof Credentials> {
  return { ...emailFault(email), ...(password === "" && { password: "Enter your password." }) };
}

/** What keeps somebody new from getting an account. */
export function signUpFaults({ email, password }: Credentials): Faults<keyof Credentials> {
  return { ...emailFault(email), ...newPasswordFault(password) };
}

/** What is wrong with the code that was mailed. */
export function codeFaults(code: string): Faults<"code"> {
  return /^\d{6}$/.test(code.trim()) ? {} : { code: "Enter the six digits that were mailed to you." };
}

function emailFault(email: string): Faults<"email"> {
  if (email.trim() === "") return { email: "Enter your e-mail address." };
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim()) ? {} : { email: "Enter a whole address, such as ada@example.com." };
}

function newPasswordFault(password: string): Faults<"password"> {
  if (password === "") return { password: "Choose a password." };
  const lacking = KINDS.filter(([kind]) => !kind.test(password)).map(([, name]) => name);
  const missing = LEAST_CHARACTERS - password.length;
  if (missing > 0) lacking.unshift(missing === 1 ? "one more character" : `${missing} more characters`);
  return lacking.length > 0 ? { password: `Still missing: ${lacking.join(", ")}.` } : {};
}
