// Sign-in with Amazon Cognito and AWS Amplify. Loaded when a user signs in or out, or when the ID token has expired.
// The password never leaves the browser, because Cognito verifies it by SRP:
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow.html
import { Amplify } from "aws-amplify";
import { AuthError, confirmSignUp, fetchAuthSession, resendSignUpCode, signIn, signOut, signUp } from "aws-amplify/auth";
import { cognitoUserPoolsTokenProvider } from "aws-amplify/auth/cognito";
import { ConsoleLogger, sessionStorage } from "aws-amplify/utils";
import { ApiError } from "../api/api-error";
import { readConfig } from "../config";
import { AccountError } from "./account-error";
import { accountMessages } from "./account-messages";

export interface User {
  /** The `sub` claim of Cognito, which is the customer id in the events. */
  id: string;
  email: string;
  isOperator: boolean;
}

let configured: Promise<void> | undefined;

function configure(): Promise<void> {
  configured ??= readConfig().then((config) => {
    // Amplify logs a warning for every endpoint that does not belong to AWS.
    ConsoleLogger.LOG_LEVEL = "ERROR";
    Amplify.configure({
      Auth: {
        Cognito: {
          userPoolId: config.user_pool_id,
          userPoolClientId: config.user_pool_client_id,
          ...(config.cognito_endpoint ? { userPoolEndpoint: config.cognito_endpoint } : {}),
        },
      },
    });
    // Session storage limits the tokens to the lifetime of a tab. share-session.ts gives them to other tabs.
    cognitoUserPoolsTokenProvider.setKeyValueStorage(sessionStorage);
  });
  configured.catch(() => (configured = undefined));
  return configured;
}

/**
 * Returns the ID token, renewed if it has expired; null if no user is signed in or the session has expired.
 *
 * @throws ApiError if Cognito cannot renew the token now, so that queries retry.
 */
export async function idToken(): Promise<string | null> {
  try {
    await configure();
    const { tokens } = await fetchAuthSession();
    return tokens?.idToken?.toString() ?? null;
  } catch (error) {
    throw new ApiError(0, {}, { cause: error });
  }
}

/**
 * Signs a user in.
 *
 * @throws AccountError
 */
export async function authenticate(email: string, password: string): Promise<User> {
  await withReadableErrors(async () => {
    // Ends the session of the previous user, because Amplify refuses a second sign-in.
    await signOut();
    const { nextStep } = await signIn({ username: email, password, options: { authFlowType: "USER_SRP_AUTH" } });
    if (nextStep.signInStep === "CONFIRM_SIGN_UP") throw new AccountError(accountMessages.account.unconfirmed, "unconfirmed");
    if (nextStep.signInStep !== "DONE") throw new AccountError(accountMessages.account.unsupportedStep(nextStep.signInStep));
  });
  return signedInUser();
}

export async function endSession(): Promise<void> {
  await configure();
  await signOut();
}

/**
 * Creates an account. Cognito then emails a code to the address.
 *
 * @throws AccountError
 */
export const register = (email: string, password: string): Promise<void> =>
  withReadableErrors(async () => {
    await signUp({ username: email, password, options: { userAttributes: { email } } });
  });

/**
 * Confirms the email address with the code from the email.
 *
 * @throws AccountError
 */
export const confirm = (email: string, code: string): Promise<void> =>
  withReadableErrors(async () => {
    await confirmSignUp({ username: email, confirmationCode: code });
  }, ALREADY_CONFIRMED);

/**
 * Emails a new code.
 *
 * @throws AccountError
 */
export const resendCode = (email: string): Promise<void> =>
  withReadableErrors(async () => {
    await resendSignUpCode({ username: email });
  }, ALREADY_CONFIRMED);

async function signedInUser(): Promise<User> {
  const claims = (await fetchAuthSession()).tokens?.idToken?.payload ?? {};
  const { sub = "", email, "cognito:groups": groups } = claims;
  return { id: sub, email: typeof email === "string" ? email : accountMessages.account.unknownEmail, isOperator: Array.isArray(groups) && groups.includes("operators") };
}

/**
 * Runs a call of Amplify, and replaces its error by an AccountError with a message for the user.
 *
 * @param specific - The messages that this call has instead of the general ones.
 */
async function withReadableErrors(call: () => Promise<void>, specific: ErrorMessages = {}): Promise<void> {
  await configure();
  try {
    await call();
  } catch (error) {
    if (error instanceof AccountError || !(error instanceof AuthError)) throw error;
    const message = CAUSES[error.message] ?? { ...ERROR_MESSAGES, ...specific }[error.name] ?? error.message;
    throw new AccountError(message, error.name === "UsernameExistsException" ? "email-exists" : undefined);
  }
}

type ErrorMessages = Record<string, string>;

const ERROR_MESSAGES: ErrorMessages = {
  NotAuthorizedException: accountMessages.account.wrongCredentials,
  UserNotFoundException: accountMessages.account.wrongCredentials,
  UsernameExistsException: accountMessages.account.emailExists,
  InvalidPasswordException: accountMessages.account.passwordTooWeak,
  CodeMismatchException: accountMessages.account.codeWrong,
  ExpiredCodeException: accountMessages.account.codeExpired,
  LimitExceededException: accountMessages.account.tooManyAttempts,
  TooManyFailedAttemptsException: accountMessages.account.tooManyAttempts,
  TooManyRequestsException: accountMessages.account.tooManyAttempts,
  NetworkError: accountMessages.account.unreachable,
};

// Cognito sends these as a NotAuthorizedException, too. Only the message of the error tells them from a wrong password.
const CAUSES: ErrorMessages = {
  "Password attempts exceeded": accountMessages.account.tooManyAttempts,
  "User is disabled.": accountMessages.account.disabled,
};

// How Cognito answers about an account that needs no code.
const ALREADY_CONFIRMED: ErrorMessages = {
  NotAuthorizedException: accountMessages.account.alreadyConfirmed,
  InvalidParameterException: accountMessages.account.alreadyConfirmed,
};
