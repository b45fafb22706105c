// Separate from account.ts, because the forms check the kind of an error without loading Amplify.

/** Signing in or signing up failed. The message is for the user. */
export class AccountError extends Error {
  constructor(
    message: string,
    /** What the form offers next: the code form, or also sign-in. */
    readonly kind?: "unconfirmed" | "email-exists",
  ) {
    super(message);
  }
}

/** Whether signing in or signing up failed for this reason. */
export const isAccountError = (error: unknown, kind: AccountError["kind"]): boolean => error instanceof AccountError && error.kind === kind;
