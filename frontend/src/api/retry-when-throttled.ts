const MAX_RETRIES = 6;
const DEFAULT_DELAY_SECONDS = 1;
const MAX_DELAY_SECONDS = 10;

type Fetch = (request: Request) => Promise<Response>;

/**
 * Returns a `fetch` that retries throttled requests (429). The API has not processed such a request, so retrying is
 * safe for any method. The `Idempotency-Key` stays the same.
 *
 * @param fetch - Sends one request.
 * @param pause - Waits for a number of seconds.
 */
export function retryWhenThrottled(fetch: Fetch, pause: (seconds: number) => Promise<void> = wait): Fetch {
  return async (request) => {
    for (let retries = 0; ; retries++) {
      const response = await fetch(request.clone());
      if (response.status !== 429 || retries === MAX_RETRIES || request.signal.aborted) return response;
      await pause(delaySeconds(response));
    }
  };
}

/** The delay in `Retry-After`, in seconds, up to the maximum. */
function delaySeconds(response: Response): number {
  const seconds = Number(response.headers.get("Retry-After") ?? DEFAULT_DELAY_SECONDS);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, MAX_DELAY_SECONDS) : DEFAULT_DELAY_SECONDS;
}

function wait(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
