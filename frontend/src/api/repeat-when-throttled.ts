/** How often a throttled request is repeated before the person reads about it. */
const MOST_REPEATS = 6;
const DEFAULT_SECONDS = 1;
const LONGEST_SECONDS = 10;

type Fetch = (request: Request) => Promise<Response>;

/**
 * Sends a request, and repeats it while the API is too busy (429). The API has not carried out such a request, so any
 * method may be repeated; its `Idempotency-Key` stays the same.
 *
 * @param fetch - Sends one request.
 * @param pause - Waits so many seconds.
 */
export function repeatWhenThrottled(fetch: Fetch, pause: (seconds: number) => Promise<void> = wait): Fetch {
  return async (request) => {
    for (let repeats = 0; ; repeats++) {
      const response = await fetch(request.clone());
      if (response.status !== 429 || repeats === MOST_REPEATS || request.signal.aborted) return response;
      await pause(secondsToWait(response));
    }
  };
}

/** The seconds that `Retry-After` asks for, within reason. */
function secondsToWait(response: Response): number {
  const seconds = Number(response.headers.get("Retry-After") ?? DEFAULT_SECONDS);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, LONGEST_SECONDS) : DEFAULT_SECONDS;
}

function wait(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
