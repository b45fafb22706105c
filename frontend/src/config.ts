import { queryOptions } from "@tanstack/react-query";

/** The settings that differ between deployments, read from `/config.json`: one build serves them all. */
export interface Config {
  region: string;
  user_pool_id: string;
  user_pool_client_id: string;
  /** The address of Cognito; absent on AWS, where the region determines it. */
  cognito_endpoint?: string;
  /** The total in minor units, per currency, from which a person reviews an order. */
  review_thresholds?: Record<string, number>;
}

let reading: Promise<Config> | undefined;

/**
 * Reads the configuration once.
 *
 * @throws Error if there is none, because the page was uploaded without it.
 */
export function readConfig(): Promise<Config> {
  reading ??= fetch("/config.json", { cache: "no-cache" }).then(async (response) => {
    if (!response.ok) throw new Error("This page finds no config.json, so it does not know where to sign in.");
    return (await response.json()) as Config;
  });
  reading.catch(() => (reading = undefined));
  return reading;
}

export const configQuery = queryOptions({ queryKey: ["config"], queryFn: readConfig, staleTime: Infinity });
