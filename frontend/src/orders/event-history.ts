/** The members of an event that the progress of a saga depends on. `data` is absent if only the timeline entry is known. */
export interface SagaEvent {
  type: string;
  time: string;
  data?: Record<string, unknown>;
}

interface TimelineEntry {
  type: string;
  time: string;
  source: string;
  sequence: number | string;
}

const keyOf = ({ source, sequence }: TimelineEntry): string => `${source}:${sequence}`;

/**
 * The events of an order's timeline, with the data of those that are fetched. A picture of them shows the same time as the
 * order's status, even if the events are older or newer.
 */
export function timelineEvents(timeline: readonly TimelineEntry[], fetched: readonly (TimelineEntry & SagaEvent)[]): SagaEvent[] {
  const known = new Map<string, SagaEvent>(fetched.map((event) => [keyOf(event), event]));
  return timeline.map((entry) => known.get(keyOf(entry)) ?? { type: entry.type, time: entry.time });
}

/** The events of one saga, by type. */
export class EventHistory {
  private readonly latestByType = new Map<string, SagaEvent>();

  constructor(events: readonly SagaEvent[]) {
    for (const event of events) {
      const known = this.latestByType.get(event.type);
      if (!known || known.time < event.time) this.latestByType.set(event.type, event);
    }
  }

  /** The latest event of a type. */
  latest(type: string): SagaEvent | undefined {
    return this.latestByType.get(type);
  }

  /** Whether the latest event of `type` is later than all events of the other types. */
  isLater(type: string, ...others: string[]): boolean {
    const time = this.latest(type)?.time;
    return time !== undefined && others.every((other) => (this.latest(other)?.time ?? "") < time);
  }
}
