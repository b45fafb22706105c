// Validates credentials before they are sent to Cognito, because each field shows its own error.
import type { FieldErrors } from "../shared/validated-form";
import { accountMessages } from "./account-messages";

export interface Credentials {
  email: string;
  password: string;
}

const { passwordParts } = accountMessages.signUp;

// The password policy of UserPool in template.yaml. The symbols that Cognito accepts:
// https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html
const MIN_CHARACTERS = 12;
const KINDS: readonly [RegExp, string][] = [
  [/[a-z]/, passwordParts.lowercase],
  [/[A-Z]/, passwordParts.uppercase],
  [/[0-9]/, passwordParts.digit],
  [/[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/, passwordParts.symbol],
];

/** The errors of the sign-in form. */
export function signInErrors({ email, password }: Credentials): FieldErrors<keyof Credentials> {
  return { ...emailError(email), ...(password === "" && { password: accountMessages.signIn.passwordMissing }) };
}

/** The errors of the sign-up form. */
export function signUpErrors({ email, password }: Credentials): FieldErrors<keyof Credentials> {
  return { ...emailError(email), ...newPasswordError(password) };
}

/** The error of the confirmation code. */
export function codeErrors(code: string): FieldErrors<"code"> {
  return /^\d{6}$/.test(code.trim()) ? {} : { code: accountMessages.signUp.codeInvalid };
}

function emailError(email: string): FieldErrors<"email"> {
  if (email.trim() === "") return { email: accountMessages.signIn.emailMissing };
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim()) ? {} : { email: accountMessages.signIn.emailInvalid };
}

function newPasswordError(password: string): FieldErrors<"password"> {
  if (password === "") return { password: accountMessages.signUp.passwordMissing };
  // Cognito accepts spaces only between other characters.
  if (password !== password.trim()) return { password: accountMessages.signUp.passwordHasOuterSpace };
  const missing = KINDS.filter(([kind]) => !kind.test(password)).map(([, name]) => name);
  const missingCharacters = MIN_CHARACTERS - password.length;
  if (missingCharacters > 0) missing.unshift(passwordParts.characters(missingCharacters));
  return missing.length > 0 ? { password: accountMessages.signUp.passwordNeeds(missing) } : {};
}
