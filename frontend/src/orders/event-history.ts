/** The members of an event that the progress of a saga depends on. */
export interface SagaEvent {
  type: string;
  time: string;
  data?: Record<string, unknown>;
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
