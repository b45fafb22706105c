import type { Config } from "../config";
import { accountMessages } from "./account-messages";

/** The hint below the code. Only a local cloud has its own endpoint of Cognito, and it sends no email. */
export const codeHint = (config: Pick<Config, "cognito_endpoint"> | undefined): string =>
  config?.cognito_endpoint ? accountMessages.signUp.codeHintLocally : accountMessages.signUp.codeHint;
