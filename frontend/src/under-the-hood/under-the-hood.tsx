import { useState } from "react";
import type { OrderEvent } from "../orders/orders-api";
import type { Speed } from "../orders/replay";
import { formatDuration, secondsBetween } from "../shared/format";
import { createStore } from "../shared/store";
import { EventDetails, PartDetails } from "./details";
import { partsOf } from "./event-paths";
import { hoodMessages } from "./hood-messages";
import { LogLines } from "./log-lines-list";
import { Picture } from "./picture";
import { useTrace } from "./use-trace";
import "./under-the-hood.css";

const narrow = matchMedia("(max-width: 800px)");
const isNarrow = createStore(
  () => narrow.matches,
  (refresh) => narrow.addEventListener("change", refresh),
);

interface UnderTheHoodProps {
  orderId: string;
  events: readonly OrderEvent[];
  /** The events that the replay shows, oldest first. */
  shown: readonly OrderEvent[];
  speed: Speed;
}

/** What the user has chosen. Ends when the next event is shown. */
interface Selection {
  during: string | undefined;
  event?: string;
  part?: string;
}

/** The application as a picture, with the path of the order's events. A click shows an event, or a part of the application. */
export default function UnderTheHood({ orderId, events, shown, speed }: UnderTheHoodProps) {
  const [chosen, setChosen] = useState<Selection>({ during: undefined });
  const { trace, objects, notice } = useTrace(orderId, events);
  const newest = shown.at(-1);
  const selection = chosen.during === newest?.id ? chosen : undefined;
  const active = shown.find(({ id }) => id === selection?.event) ?? newest;
  const part = selection?.part;
  const select = (choice: { event?: string; part?: string }) => setChosen({ during: newest?.id, ...choice });
  return (
    <div className="hood">
      <p>{hoodMessages.introduction}</p>
      <div className="hood-stage">
        <Picture
          isNarrow={isNarrow.use()}
          active={active}
          speed={speed}
          selectedPart={part}
          onSelectPart={(each) => select({ event: active?.id, part: each === part ? undefined : each })}
        />
        <EventList events={shown} active={active} onSelect={({ id }) => select({ event: id })} />
      </div>
      <p role="status">{notice}</p>
      {part !== undefined ? (
        <PartDetails part={part} passed={shown.filter((event) => partsOf(event).has(part))} onSelectEvent={({ id }) => select({ event: id })} trace={trace} />
      ) : (
        active && <EventDetails event={active} trace={trace} objects={objects} />
      )}
      {trace && trace.log_lines.length > 0 && (
        <details>
          <summary>{hoodMessages.allLogLines(trace.log_lines.length)}</summary>
          <LogLines lines={trace.log_lines} />
        </details>
      )}
    </div>
  );
}

interface EventListProps {
  events: readonly OrderEvent[];
  active: OrderEvent | undefined;
  onSelect: (event: OrderEvent) => void;
}

function EventList({ events, active, onSelect }: EventListProps) {
  const first = events[0]?.time ?? "";
  return (
    <div className="hood-events">
      <h3>{hoodMessages.events}</h3>
      {events.length === 0 && <p>{hoodMessages.noEvents}</p>}
      <ol>
        {events.map((event) => (
          <li key={event.id} data-source={event.source}>
            <button type="button" aria-pressed={event.id === active?.id} onClick={() => onSelect(event)}>
              <span>+{formatDuration(Math.max(0, secondsBetween(first, event.time)))}</span> {event.type}
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
