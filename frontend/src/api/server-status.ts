import { createStore, type Store } from "../shared/store";

/** A single request can fail although the server is up, for example while a laptop changes its network. */
const MIN_FAILURES = 2;
/** The responses of a gateway whose server does not respond. */
const GATEWAY_STATUSES = [502, 504];
/** The responses of a server that cannot serve a read. A failed action shows its own error instead. */
const READ_FAILURES = [500, 503];
/** Longer than a page waits before it retries a read. A page that is closed retries nothing. */
const FORGET_READ_MS = 15_000;

export interface ServerStatus {
  isGone: Store<boolean>;
  /**
   * Records the outcome of a request.
   *
   * @param status - The status of the response; 0 if there was no response.
   */
  report: (status: number, request: { method: string; url: string }) => void;
}

/** Decides by the outcomes of the requests whether the server of the API is gone, or cannot serve the page. */
export function createServerStatus(): ServerStatus {
  let failures = 0;
  // By URL: the success of another read does not update the page.
  const failedReads = new Map<string, { failures: number; at: number }>();
  const isFailing = () => failures >= MIN_FAILURES || [...failedReads.values()].some((read) => read.failures >= MIN_FAILURES);
  const isGone = createStore(isFailing);
  const report: ServerStatus["report"] = (status, { method, url }) => {
    const now = Date.now();
    failures = status === 0 || GATEWAY_STATUSES.includes(status) ? failures + 1 : 0;
    if (method === "GET" && READ_FAILURES.includes(status)) failedReads.set(url, { failures: (failedReads.get(url)?.failures ?? 0) + 1, at: now });
    else failedReads.delete(url);
    for (const [each, { at }] of failedReads) if (now - at > FORGET_READ_MS) failedReads.delete(each);
    if (isGone.get() !== isFailing()) isGone.refresh();
  };
  return { isGone, report };
}
