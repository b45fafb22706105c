import { duration, moment, secondsBetween } from "../shared/format";
import { eventInWords } from "./order-words";
import type { OrderEvent } from "./orders-api";

/** What happened, in its order. Each event opens to what the event itself says. */
export function Timeline({ events, placedAt }: { events: OrderEvent[]; placedAt: string }) {
  return (
    <ol className="timeline" aria-live="polite" aria-label="Timeline">
      {events.map((event) => (
        <li key={event.id} data-source={event.source} data-type={event.type}>
          <details>
            <summary>
              <span className="time" title={moment(event.time)}>
                +{duration(Math.max(0, secondsBetween(placedAt, event.time)))}
              </span>
              <span className="source">{event.source}</span>
              <span className="what">
                <strong>{event.type}</strong> {eventInWords(event.type)}
              </span>
            </summary>
            <pre tabIndex={0} aria-label={`The event ${event.type}`}>
              {JSON.stringify(event, null, 2)}
            </pre>
          </details>
        </li>
      ))}
    </ol>
  );
}
