import { messages } from "../messages";
import { formatDuration, formatTime, secondsBetween } from "../shared/format";
import { eventDescription } from "./order-status";
import type { OrderEvent } from "./orders-api";

/** The events of the order, oldest first. Each event expands to its JSON document. */
export function Timeline({ events, placedAt }: { events: readonly OrderEvent[]; placedAt: string }) {
  return (
    <ol className="timeline" aria-label={messages.order.timeline}>
      {events.map((event) => (
        <li key={event.id} data-source={event.source} data-type={event.type}>
          <details>
            <summary>
              <span className="time" title={formatTime(event.time)}>
                +{formatDuration(Math.max(0, secondsBetween(placedAt, event.time)))}
              </span>
              <span className="source">{event.source}</span>
              <span className="description">
                <strong>{event.type}</strong> {eventDescription(event.type)}
              </span>
            </summary>
            <pre tabIndex={0} aria-label={messages.order.eventDetails(event.type)}>
              {JSON.stringify(event, null, 2)}
            </pre>
          </details>
        </li>
      ))}
    </ol>
  );
}
