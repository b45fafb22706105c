// Which log lines of an order belong to one of its events, or to a part of the picture. Pure functions.
import { producerOf, type TracedEvent } from "./event-paths";
import type { LogLine } from "./trace-api";

/** The lines of the functions that handled the event, and of the function and step that recorded it. */
export function linesOfEvent(lines: readonly LogLine[], event: TracedEvent): LogLine[] {
  const producer = producerOf(event);
  return lines.filter((line) => line.event === event.id || (line.function === producer?.function && line.step === producer.step));
}

export const linesOfPart = (lines: readonly LogLine[], part: string): LogLine[] => lines.filter((line) => line.function === part);
