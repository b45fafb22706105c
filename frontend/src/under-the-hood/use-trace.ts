import { useQuery } from "@tanstack/react-query";
import catalogue from "../../../contracts/events.json";
import { ApiError, errorMessage } from "../api/api-error";
import { type OrderEvent, useIsInViews } from "../orders/orders-api";
import { useSandboxProviders } from "../sandbox/sandbox-api";
import { hoodMessages } from "./hood-messages";
import { type EventObjects, eventObjectsQuery, orderTraceQuery, type OrderTrace } from "./trace-api";

const CATALOGUE: Readonly<Partial<Record<string, { meaning: string; decision?: boolean }>>> = catalogue;

interface Trace {
  trace?: OrderTrace | undefined;
  objects?: EventObjects | undefined;
  /** Why something is missing. */
  notice: string;
}

/** The trace of the order and the objects of its events, as far as they are known, and a notice. */
export function useTrace(orderId: string, events: readonly OrderEvent[]): Trace {
  const isAvailable = useSandboxProviders();
  const isInViews = useIsInViews(orderId);
  const enabled = isAvailable === true && isInViews;
  const objects = useQuery({ ...eventObjectsQuery(orderId, (found) => isOngoing(events, found)), enabled });
  const trace = useQuery({ ...orderTraceQuery(orderId, events.length, () => isOngoing(events, objects.data)), enabled });
  const error = trace.error ?? objects.error;
  const isOff = isAvailable === false || (error instanceof ApiError && [403, 404].includes(error.status));
  if (isOff) return { notice: hoodMessages.traceOff };
  const isLoading = !trace.data || !objects.data;
  return {
    trace: trace.data,
    objects: objects.data,
    notice: !isLoading ? "" : error ? hoodMessages.traceFailed(errorMessage(error)) : hoodMessages.loadingTrace,
  };
}

/** Whether the order is undecided, or an event is not delivered to the event store yet. */
function isOngoing(events: readonly OrderEvent[], found: EventObjects | undefined): boolean {
  return !events.some(({ type }) => CATALOGUE[type]?.decision) || events.some(({ id }) => found?.objects[id] === undefined);
}
