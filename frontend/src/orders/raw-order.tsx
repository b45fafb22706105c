import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import { useId } from "react";
import { messages } from "../messages";
import { Hint } from "../shared/hint";
import type { Order, OrderEvent } from "./orders-api";

interface RawOrderProps {
  order: Order;
  events: readonly OrderEvent[];
  /** The time of the last event that the replay shows (RFC 3339); null if it shows all events. */
  asOf: string | null;
}

/** The documents behind the page: the order as the API returns it, and its events. */
export function RawOrder({ order, events, asOf }: RawOrderProps) {
  const path = `/orders/${order.order_id}`;
  return (
    <div className="raw">
      <Json title={messages.order.document} source={messages.order.documentSource(asOf === null ? path : `${path}?as_of=${asOf}`)} value={order} />
      <Json title={messages.order.events} source={messages.order.eventsSource(`${path}/events`)} value={events} />
    </div>
  );
}

function Json({ title, source, value }: { title: string; source: string; value: unknown }) {
  const id = useId();
  const text = JSON.stringify(value, null, 2);
  return (
    <section aria-labelledby={id}>
      <div className="actions">
        <h3 id={id}>{title}</h3>
        <CopyToClipboard
          copyButtonText={messages.order.copyJson}
          textToCopy={text}
          copySuccessText={messages.order.copied}
          copyErrorText={messages.order.copyFailed}
        />
      </div>
      <Hint>{source}</Hint>
      <pre tabIndex={0} aria-labelledby={id}>
        {text}
      </pre>
    </section>
  );
}
