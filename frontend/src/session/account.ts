// Sign-in by Amazon Cognito, with AWS Amplify. Loaded only when somebody signs in or is signed in.
// The password never leaves the browser: SRP, https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow.html
import { Amplify } from "aws-amplify";
import { AuthError, confirmSignUp, fetchAuthSession, resendSignUpCode, signIn, signOut, signUp } from "aws-amplify/auth";
import { cognitoUserPoolsTokenProvider } from "aws-amplify/auth/cognito";
import { ConsoleLogger, sessionStorage } from "aws-amplify/utils";
import { readConfig } from "../config";

export interface User {
  /** Cognito's `sub`: the customer id in the events. */
  id: string;
  email: string;
  isOperator: boolean;
}

/** Signing in or up did not work; the message is for the person. `kind` is Cognito's name for what it was. */
export class AccountError extends Error {
  constructor(
    message: string,
    readonly kind: string = "",
  ) {
    super(message);
  }
}

let configured: Promise<void> | undefined;

function configure(): Promise<void> {
  configured ??= readConfig().then((config) => {
    // It warns of every endpoint but AWS's own.
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
    // Tokens live as long as the tab, and no script of another tab can read them.
    cognitoUserPoolsTokenProvider.setKeyValueStorage(sessionStorage);
  });
  configured.catch(() => (configured = undefined));
  return configured;
}

/** The ID token, renewed if need be; null when nobody is signed in, or not any more. */
export async function idToken(): Promise<string | null> {
  await configure();
  const { tokens } = await fetchAuthSession();
  return tokens?.idToken?.toString() ?? null;
}

/**
 * Signs a person in.
 * @throws AccountError
 */
export async function authenticate(email: string, password: string): Promise<User> {
  await inWords(async () => {
    // Somebody who was signed in before is not any more.
    await signOut();
    const { nextStep } = await signIn({ username: email, password, options: { authFlowType: "USER_SRP_AUTH" } });
    if (nextStep.signInStep === "CONFIRM_SIGN_UP") throw new AccountError("Confirm your e-mail address first.", "UserNotConfirmedException");
    if (nextStep.signInStep !== "DONE") throw new AccountError(`This account needs a step that this page does not know: ${nextStep.signInStep}.`);
  });
  return whoIsSignedIn();
}

export async function endSession(): Promise<void> {
  await configure();
  await signOut();
}

/**
 * Makes an account. Cognito then mails a code to the address.
 * @throws AccountError
 */
export const register = (email: string, password: string): Promise<void> =>
  inWords(async () => {
    await signUp({ username: email, password, options: { userAttributes: { email } } });
  });

/**
 * Confirms the address with the code that was mailed.
 * @throws AccountError
 */
export const confirm = (email: string, code: string): Promise<void> =>
  inWords(async () => {
    await confirmSignUp({ username: email, confirmationCode: code });
  });

/**
 * Has the code mailed again.
 * @throws AccountError
 */
export const sendCodeAgain = (email: string): Promise<void> =>
  inWords(async () => {
    await resendSignUpCode({ username: email });
  });

async function whoIsSignedIn(): Promise<User> {
  const claims = (await fetchAuthSession()).tokens?.idToken?.payload ?? {};
  const { sub = "", email, "cognito:groups": groups } = claims;
  return { id: sub, email: typeof email === "string" ? email : "you", isOperator: Array.isArray(groups) && groups.includes("operators") };
}

async function inWords(work: () => Promise<void>): Promise<void> {
  await configure();
  try {
    await work();
  } catch (error) {
    if (error instanceof AccountError || !(error instanceof AuthError)) throw error;
    throw new AccountError(WORDS[error.name] ?? error.message, error.name);
  }
}

const WORDS: Record<string, string> = {
  NotAuthorizedException: "The e-mail address or the password is wrong.",
  UserNotFoundException: "The e-mail address or the password is wrong.",
  UsernameExistsException: "There is an account with this e-mail address already. Sign in.",
  InvalidPasswordException:
    "The password is too simple: at least 12 characters, with lower and upper case, a digit and a symbol.",
  CodeMismatchException: "This is not the code that was mailed.",
  ExpiredCodeException: "This code is too old. Have another one mailed.",
  LimitExceededException: "Too many tries. Wait a while.",
  TooManyRequestsException: "Too many tries. Wait a while.",
  NetworkError: "The sign-in cannot be reached. Are you offline?",
};
