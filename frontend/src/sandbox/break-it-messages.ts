// The texts that break the sandbox for one order, in the style of messages.ts. Separate, because few pages load them.
import type { Effect, Fault, Part } from "./fault-plan";

const formatTimes = (times: number): string => ["once", "twice"][times - 1] ?? `${times} times`;

/** The consequence if a provider answers none of the calls of the saga. */
const unanswered: Partial<Record<Part, string>> = {
  authorize: "Then it rejects the order, voids the payment in case it was authorized, and releases the stock.",
  book: "Then it rejects the order, voids the payment and releases the stock.",
  capture: "The order is past the pivot, so it stays confirmed, and an operator gets a task.",
  void: "The other compensations run, and an operator gets a task, because the money is still held.",
  refund: "Then an operator gets a task, because the customer waits for the money.",
};

export const breakItMessages = {
  title: "Sandbox: break something",
  broken: (parts: number) => (parts === 0 ? "Nothing is broken" : `${parts} broken`),
  introduction: "Choose what goes wrong with this order only. Then watch how its saga copes.",
  works: "Works",
  parts: {
    stock: { name: "Stock", step: "ReserveStock" },
    authorize: { name: "Payment", step: "AuthorizePayment" },
    book: { name: "Carrier", step: "BookShipment" },
    capture: { name: "Capture", step: "CapturePayment" },
    void: { name: "Void", step: "VoidPayment" },
    refund: { name: "Refund", step: "RefundPayment" },
  } satisfies Record<Part, { name: string; step: string }>,
  groups: {
    sellOut: "Another answer",
    refuse: "Another answer",
    confirm: "Another answer",
    fail: "The provider does not answer",
    crash: "Our process ends before it stores the answer",
  } satisfies Record<Effect, string>,
  choice: (part: Part, { effect, times }: Fault): string => {
    if (effect === "sellOut") return "Sold out";
    if (effect === "confirm") return "Bank asks to confirm";
    if (effect === "refuse") return part === "book" ? "Refuses the address" : "Declines the card";
    const verb = effect === "fail" ? "Fails" : "Crashes";
    return times ? `${verb} ${formatTimes(times)}` : `${verb} every time`;
  },
  consequence: (part: Part, { effect, times }: Fault): string => {
    if (effect === "confirm") return "The order waits, without a running saga, until you answer the bank. Its webhook starts the next run.";
    if (effect === "refuse")
      return part === "book"
        ? "A refusal is an answer, so the saga does not retry. It rejects the order, voids the payment and releases the stock."
        : "A refusal is an answer, so the saga does not retry. It rejects the order and releases the stock.";
    if (effect === "crash" && times)
      return (
        `The provider does its part, and our process ends ${formatTimes(times)} before it stores the answer. The step runs again` +
        `${times > 1 ? ", if need be in another run of the saga after 15 seconds" : ""}. The provider recognizes the order and does nothing twice.`
      );
    if (effect === "crash") return "The provider does its part once. Each run ends before it can store the answer: after six runs, in about eight minutes, an operator gets a task.";
    if (times && times < 4) return `The saga waits ${["1 second", "1, then 2 seconds", "1, 2, then 4 seconds"][times - 1] ?? ""} and calls again. Then it goes on.`;
    return `The saga calls four times in seven seconds. ${unanswered[part] ?? ""}`;
  },
  unreached: {
    stock: "",
    authorize: "The saga does not get here, because it ends earlier.",
    book: "The saga does not get here, because it ends earlier.",
    capture: "The saga does not get here, because it ends earlier.",
    void: "The saga does not get here, because no payment is undone. Cancel the order, or break the carrier too.",
    refund: "The order gets no refund, because it is not paid.",
  } satisfies Record<Part, string>,
  soldOut: (quantity: number, product: string) =>
    `The order asks for ${quantity.toLocaleString()} × ${product}, which is more than the shop has. The saga rejects it in its first step.`,
  cannotSellOut: "The shop has more of everything than one order can ask for.",
  forecast: "Forecast:",
  asksBank: "First the order waits for your bank.",
  ends: {
    confirmed: "The order is confirmed.",
    rejected: "The order is rejected, and everything is undone.",
    needsAttention: "The order needs an operator.",
  },
  reset: "Repair everything",
  orderId: "Order ID",
  orderIdHint: "Or any text that contains one, such as a URL, a log line or an email.",
  orderIdMissing: "Enter a text with an order ID, such as ac813206-bbf5-57a2-9996-8dca9b7d786f.",
  pageDescription: "Breaks the providers of one order in the sandbox, for example its capture before an approval, or its refund before a return. Other orders are not affected.",
  load: "Show what is broken",
  loading: "Loading plan",
  save: "Save plan",
  saving: "Saving plan",
  saved: "Saved. The next calls to the providers follow this plan.",
  goToOrder: "Go to the order",
  notFound: "There is no such order.",
} as const;
