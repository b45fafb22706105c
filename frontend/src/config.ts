/** What differs between deployments, read at the start from `/config.json`: one build serves them all. */
export interface Config {
  region: string;
  user_pool_id: string;
  user_pool_client_id: string;
  /** Where Cognito answers; absent on AWS, where the region says it. */
  cognito_endpoint?: string;
  /** From which total of its currency up a person reviews an order, in minor units; none where the currency has none. */
  review_thresholds?: Record<string, number>;
}

let reading: Promise<Config> | undefined;

/** Reads the configuration once. Throws where there is none: the page was uploaded without it. */
export function readConfig(): Promise<Config> {
  reading ??= fetch("/config.json", { cache: "no-cache" }).then(async (answer) => {
    if (!answer.ok) throw new Error("This page finds no config.json, so it does not know where to sign in.");
    return (await answer.json()) as Config;
  });
  reading.catch(() => (reading = undefined));
  return reading;
}
