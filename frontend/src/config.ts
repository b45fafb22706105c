import { queryOptions } from "@tanstack/react-query";
import { messages } from "./messages";

/** The settings of a deployment, read from `/config.json`. One build of the page works for all deployments. */
export interface Config {
  region: string;
  user_pool_id: string;
  user_pool_client_id: string;
  /** The URL of Cognito. Absent on AWS, where the region determines it. */
  cognito_endpoint?: string;
  /** The total, in minor units per currency, from which orders are reviewed. */
  review_thresholds?: Record<string, number>;
  /** Whether the payment provider and the carrier are those of the sandbox. */
  sandbox_providers?: boolean;
  /** Whether the server reports changed orders through a WebSocket connection. */
  live_updates?: boolean;
}

let config: Promise<Config> | undefined;

/**
 * Reads the configuration, and caches it.
 *
 * @throws Error if config.json is missing, because the page was uploaded without it.
 */
export function readConfig(): Promise<Config> {
  config ??= fetch("/config.json", { cache: "no-cache" }).then(async (response) => {
    if (!response.ok) throw new Error(messages.errors.missingConfig);
    return (await response.json()) as Config;
  });
  config.catch(() => (config = undefined));
  return config;
}

export const configQuery = queryOptions({ queryKey: ["config"], queryFn: readConfig, staleTime: Infinity });
