import { createStore, type Store } from "../shared/store";

/** A single request can fail although the server is up, for example while a laptop changes its network. */
const MIN_FAILURES = 2;
/** The responses of a gateway whose server does not respond. */
const GATEWAY_STATUSES = [502, 504];
/** The responses of a server that cannot serve the page. A failed action shows its own error instead. */
const READ_FAILURES = [500, 503];

export interface ServerStatus {
  isGone: Store<boolean>;
  /**
   * Records the outcome of a request.
   *
   * @param status - The status of the response; 0 if there was no response.
   * @param method - The HTTP method of the request.
   */
  report: (status: number, method: string) => void;
}

/** Decides by the outcomes of the requests whether the server of the API is gone. */
export function createServerStatus(): ServerStatus {
  let failures = 0;
  const isGone = createStore(() => failures >= MIN_FAILURES);
  const report = (status: number, method: string) => {
    const isFailure = status === 0 || GATEWAY_STATUSES.includes(status) || (method === "GET" && READ_FAILURES.includes(status));
    failures = isFailure ? failures + 1 : 0;
    if (isGone.get() !== failures >= MIN_FAILURES) isGone.refresh();
  };
  return { isGone, report };
}
