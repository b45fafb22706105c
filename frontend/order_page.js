// One order and its live timeline: `/orders/{order_id}`.
import { element, faultBox, show } from "./dom.js";
import { callAsCustomer } from "./session.js";
import { eventInWords, moment, money, statusInWords } from "./words.js";

const DECISIONS = ["OrderConfirmed", "OrderRejected", "OrderCancelled"];
const QUICK = 300, SLOW = 5000, PATIENCE = 180_000, NOT_YET = 30_000, FAULTS = 3;

/** Show the order, and keep showing what becomes of it until it is final or `signal` says to stop. */
export function showOrder(orderId, signal) {
  const status = element("p", { class: "status", role: "status" }, "Looking for the order …");
  const facts = element("dl", { class: "facts" });
  const timeline = element("ol", { class: "timeline", "aria-live": "polite", "aria-label": "Timeline" });
  const cancel = element("button", { onclick: cancelOrder, hidden: true }, "Cancel the order");
  const refusal = element("p", { class: "problem", role: "alert" });
  const below = element("div");
  let following = false;
  show(element("h1", {}, "Order"), element("p", { class: "id" }, orderId), status, cancel, refusal, facts, element("h2", {}, "Timeline"), timeline, below);
  follow();

  async function follow() {
    if (following) return;
    following = true;
    await look();
    following = false;
  }

  async function look() {
    below.replaceChildren();
    let wait = QUICK, seen = -1, calm = 0, faults = 0;
    let changed = Date.now();
    while (!signal.aborted) {
      try {
        const order = await callAsCustomer(`orders/${encodeURIComponent(orderId)}`, { signal });
        faults = 0;
        if (order.timeline.length !== seen) {
          [wait, seen, changed, calm] = [QUICK, order.timeline.length, Date.now(), 0];
          draw(order);
        } else if (isFinal(order) && ++calm > 2) return; // an event may overtake another: look a little longer
      } catch (fault) {
        if (signal.aborted) return;
        // An order placed a moment ago shows up when its event has travelled; and one bad answer is no end.
        const maybeNotYet = fault.status === 404 && seen < 0 && Date.now() - changed < NOT_YET;
        const mayPass = fault.status !== 404 && fault.status !== 401 && ++faults < FAULTS;
        if (!maybeNotYet && !mayPass) return give(fault);
      }
      if (Date.now() - changed > PATIENCE) return give(new Error("Nothing has happened for some minutes."));
      await new Promise((resolve) => setTimeout(resolve, wait));
      wait = Math.min(wait * 1.5, SLOW);
    }
  }

  /** Take the decision, unless another one is quicker. What follows shows in the timeline. */
  async function cancelOrder() {
    cancel.disabled = true;
    refusal.textContent = "";
    try {
      await callAsCustomer(`orders/${encodeURIComponent(orderId)}/cancellation`, { method: "POST", signal });
      cancel.hidden = true;
      follow();
    } catch (fault) {
      if (!signal.aborted) refusal.textContent = fault.message;
    } finally {
      cancel.disabled = false;
    }
  }

  function give(fault) {
    if (!timeline.children.length) status.textContent = "No order to show.";
    below.replaceChildren(faultBox(fault, follow));
  }

  function draw(order) {
    status.textContent = statusInWords(order);
    status.dataset.status = order.status;
    cancel.hidden = order.timeline.some((event) => DECISIONS.includes(event.type));
    const lines = order.items.map((line) => element("li", {}, `${line.quantity} × ${line.name}`));
    facts.replaceChildren(
      ...fact("Products", element("ul", {}, ...lines)),
      ...fact("Total", money(order.total, order.currency)),
      ...fact("Placed", moment(order.placed_at)),
      ...fact("Stock", word(order.stock)),
      ...fact("Payment", word(order.payment, order.payment?.payment_method)),
      ...fact("Shipment", word(order.shipment, order.shipment?.tracking_number)),
    );
    order.timeline.forEach((event, index) => {
      const id = `${event.source}:${event.sequence}`;
      if ([...timeline.children].some((item) => item.dataset.id === id)) return;
      timeline.insertBefore(row(id, event, order.placed_at), timeline.children[index] ?? null);
    });
  }
}

const fact = (name, value) => [element("dt", {}, name), element("dd", {}, value)];

const word = (part, more) => part ? [part.status.toLowerCase(), more && `(${more})`].filter(Boolean).join(" ") : "nothing yet";

function row(id, event, placedAt) {
  const seconds = (new Date(event.time) - new Date(placedAt)) / 1000;
  return element("li", { "data-id": id, "data-source": event.source },
    element("span", { class: "time" }, `+${seconds.toFixed(1)} s `),
    element("span", { class: "service" }, `${event.source} `),
    element("strong", {}, `${event.type} `),
    element("span", { class: "meaning" }, eventInWords(event.type)));
}

/** Whether the decision is taken, all that follows from it is done, and no event is still on its way. */
function isFinal({ status, stock, payment, shipment, timeline }) {
  const ids = new Set(timeline.map((event) => `${event.source}:${event.sequence}`));
  if (timeline.some((event) => event.sequence > 1 && !ids.has(`${event.source}:${event.sequence - 1}`))) return false;
  if (status === "CONFIRMED") return payment?.status === "CAPTURED";
  if (status === "NEEDS_ATTENTION") return true;
  const held = stock?.status === "RESERVED" || payment?.status === "AUTHORIZED" || shipment?.status === "BOOKED";
  return (status === "REJECTED" || status === "CANCELLED") && !held;
}
