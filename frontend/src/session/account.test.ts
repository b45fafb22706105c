import { beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../api/api-error";
import { authenticate, idToken } from "./account";
import { accountMessages } from "./account-messages";

const cognito = vi.hoisted(() => {
  class AuthError extends Error {
    constructor({ name, message }: { name: string; message: string }) {
      super(message);
      this.name = name;
    }
  }
  return { AuthError, signOut: () => Promise.resolve(), signIn: vi.fn(), fetchAuthSession: vi.fn() };
});
vi.mock("../config", () => ({ readConfig: () => Promise.resolve({}) }));
vi.mock("aws-amplify", () => ({ Amplify: { configure: () => undefined } }));
vi.mock("aws-amplify/auth", () => cognito);
vi.mock("aws-amplify/auth/cognito", () => ({ cognitoUserPoolsTokenProvider: { setKeyValueStorage: () => undefined } }));
vi.mock("aws-amplify/utils", () => ({ ConsoleLogger: {}, sessionStorage: {} }));

beforeEach(() => void vi.resetAllMocks());

const { account } = accountMessages;

it.each([
  ["NotAuthorizedException", "Incorrect username or password.", account.wrongCredentials],
  ["NotAuthorizedException", "Password attempts exceeded", account.tooManyAttempts],
  ["NotAuthorizedException", "User is disabled.", account.disabled],
  ["TooManyFailedAttemptsException", "Too many attempts", account.tooManyAttempts],
  ["LimitExceededException", "Attempt limit exceeded", account.tooManyAttempts],
])("explains a refused sign-in: %s, %s", async (name, message, shown) => {
  cognito.signIn.mockRejectedValue(new cognito.AuthError({ name, message }));

  await expect(authenticate("ada@example.com", "wrong")).rejects.toThrow(shown);
});

it("lets queries retry while Cognito cannot be reached", async () => {
  const cause = new cognito.AuthError({ name: "NetworkError", message: "A network error has occurred." });
  cognito.fetchAuthSession.mockRejectedValue(cause);

  const error: unknown = await idToken().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ isTransient: true, cause });
});

it("has no token after the refresh token has expired", async () => {
  cognito.fetchAuthSession.mockResolvedValue({});

  expect(await idToken()).toBeNull();
});
