import { useQuery } from "@tanstack/react-query";
import { useSandboxProviders } from "../sandbox/sandbox-api";
import { type Attempt, orderTraceQuery } from "../under-the-hood/trace-api";
import { type OrderEvent, useIsInViews } from "./orders-api";
import { mayHaveRetries } from "./saga-attempts";
import { type ReviewThresholds, sagaProgress } from "./saga-progress";

/** The attempts of the saga's steps, if the sandbox knows them. Fetched only if the saga runs, or may have retried a step. */
export function useAttempts(orderId: string, events: readonly OrderEvent[], thresholds?: ReviewThresholds): readonly Attempt[] {
  const steps = Object.values(sagaProgress(events, thresholds).steps);
  const isRunning = steps.some(({ state }) => state === "active");
  const latest = steps.reduce((time, { at = "" }) => (at > time ? at : time), "");
  // The attempt that has led to the last event is logged after it.
  const isBehind = (known: readonly Attempt[] = []) => !known.some(({ time }) => time >= latest);
  const isWanted = isRunning || mayHaveRetries(events);
  const isInViews = useIsInViews(orderId);
  const isAvailable = useSandboxProviders() === true && isInViews;
  const trace = useQuery({
    ...orderTraceQuery(orderId, events.length, (known) => isWanted && (isRunning || isBehind(known?.attempts))),
    enabled: isAvailable && isWanted,
  });
  return trace.data?.attempts ?? [];
}
