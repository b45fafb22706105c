import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import { eventDescription } from "../orders/order-status";
import type { OrderEvent } from "../orders/orders-api";
import { Fact } from "../shared/fact";
import { describePart, PARTS, producerOf, stretchesOf } from "./event-paths";
import { hoodMessages } from "./hood-messages";
import { linesOfEvent, linesOfPart } from "./log-lines";
import { LogLines } from "./log-lines-list";
import type { EventObjects, OrderTrace } from "./trace-api";

interface EventDetailsProps {
  event: OrderEvent;
  trace: OrderTrace | undefined;
  objects: EventObjects | undefined;
}

/** One event: its path, its object in the event store, its source files, its log lines and its JSON. */
export function EventDetails({ event, trace, objects }: EventDetailsProps) {
  const producer = producerOf(event);
  return (
    <section className="hood-details" aria-label={event.type} data-event={event.id}>
      <h3>{event.type}</h3>
      <p>{eventDescription(event.type)}</p>
      <div className="hood-columns">
        <dl>
          {producer && (
            <Fact label={hoodMessages.path}>
              {stretchesOf(event).map((parts) => (
                <ol key={parts.join()} className="hood-path">
                  {parts.map((part) => (
                    <li key={part}>{describePart(part).name}</li>
                  ))}
                </ol>
              ))}
            </Fact>
          )}
          {producer?.step && <Fact label={hoodMessages.step}>{producer.step}</Fact>}
          {objects && (
            <Fact label={hoodMessages.object}>
              <ObjectKey objectKey={objects.objects[event.id]} bufferSeconds={objects.event_buffer_seconds} />
            </Fact>
          )}
          {producer && (
            <Fact label={hoodMessages.sources}>
              <Sources paths={producer.sources} />
            </Fact>
          )}
          {trace && (
            <Fact label={hoodMessages.logLines}>
              <LogLines lines={linesOfEvent(trace.log_lines, event)} />
            </Fact>
          )}
        </dl>
        <pre tabIndex={0} aria-label={hoodMessages.json}>
          {JSON.stringify(event, null, 2)}
        </pre>
      </div>
    </section>
  );
}

interface PartDetailsProps {
  part: string;
  /** The events so far that passed the part. */
  passed: readonly OrderEvent[];
  onSelectEvent: (event: OrderEvent) => void;
  trace: OrderTrace | undefined;
}

/** One part of the picture: its filter, the events that passed it, its source file and its log lines. */
export function PartDetails({ part, passed, onSelectEvent, trace }: PartDetailsProps) {
  const { kind, name } = describePart(part);
  const filter = PARTS.consumers.find(({ queue }) => queue === part)?.filter;
  const source = PARTS.sources[part];
  return (
    <section className="hood-details" aria-label={name}>
      <h3>
        {name} <small>{hoodMessages.kinds[kind]}</small>
      </h3>
      <dl>
        {filter && <Fact label={hoodMessages.filter}>{<code>{JSON.stringify(filter)}</code>}</Fact>}
        <Fact label={hoodMessages.passed}>
          {passed.length === 0 && hoodMessages.nonePassed}
          <span className="hood-chips">
            {passed.map((event) => (
              <button key={event.id} type="button" onClick={() => onSelectEvent(event)}>
                {event.type}
              </button>
            ))}
          </span>
        </Fact>
        {source && (
          <Fact label={hoodMessages.sources}>
            <Sources paths={[source]} />
          </Fact>
        )}
        {trace && kind === "function" && (
          <Fact label={hoodMessages.logLines}>
            <LogLines lines={linesOfPart(trace.log_lines, part)} />
          </Fact>
        )}
      </dl>
    </section>
  );
}

function ObjectKey({ objectKey, bufferSeconds }: { objectKey: string | undefined; bufferSeconds: number }) {
  return objectKey === undefined ? hoodMessages.notDelivered(bufferSeconds) : <Copyable text={objectKey} />;
}

const Sources = ({ paths }: { paths: readonly string[] }) => paths.map((path) => <Copyable key={path} text={path} />);

/** Code that the user can copy. */
const Copyable = ({ text }: { text: string }) => (
  <div className="hood-copyable">
    <CopyToClipboard
      variant="icon"
      textToCopy={text}
      copyButtonAriaLabel={`${hoodMessages.copy} ${text}`}
      copySuccessText={hoodMessages.copied}
      copyErrorText={hoodMessages.copyFailed}
    />
    <code>{text}</code>
  </div>
);
