// The texts of returns. They follow the rules in messages.ts.

export const returnMessages = {
  title: "Returns",
  open: "Return items",
  formTitle: "Which items do you want to return?",
  request: "Request return",
  loading: "Loading returns",
  loadingForm: "Loading return form",
  requesting: "Requesting return",
  quantityOf: (product: string) => `Quantity of ${product}`,
  upTo: (maximum: number, price: string) => `At most ${maximum.toLocaleString()}, at ${price} each.`,
  quantityInvalid: (maximum: number) => `Enter a whole number from 0 to ${maximum}.`,
  nothingSelected: "Enter the quantity of at least one product.",
  reason: "Reason",
  chooseReason: "Choose a reason",
  reasonMissing: "Choose a reason.",
  /** The API stores and publishes the text of the choice. The customer cannot enter personal data. */
  reasons: ["Damaged or defective", "Wrong item", "Does not fit", "Changed my mind", "Something else"],
  refund: "Refund, if we accept the return",
  refunded: "Refunded",
  received: "We received your return request. We will email you our decision.",
  earlierTitle: "Your first attempt requested this return",
  earlier:
    "We received your first attempt, but its confirmation was lost. The changes that you made afterwards are not in the " +
    "return. You can request another return of the remaining items.",
  unknownOutcomeTitle: "Your return may already be requested",
  unknownOutcome:
    "The connection was lost before we received a confirmation. To find out, select Request return again. " +
    "The items are returned only once, even if you change the return first.",
  requestedInAnotherTab: "A return was already requested from another tab of this browser. Check the returns of this order before you request this one.",
  returnNumber: (number: number) => `Return ${number}:`,
  withoutItems: "Refund without a return of items",
  needsAttention: "An operator is checking the refund.",
  comment: (comment: string) => `Comment of the operator: ${comment}`,
  /** The name of each status, and what it means for the customer. */
  statuses: {
    REQUESTED: { label: "Requested", description: "An operator decides about the return." },
    REFUSED: { label: "Refused", description: "Nothing is refunded. You can request a return of these items again." },
    ACCEPTED: { label: "Accepted", description: "The refund follows." },
    COMPLETED: { label: "Completed", description: "The money is refunded." },
  },
} as const;

/** The saga that refunds a return. */
export const refundMessages = {
  title: (number: number) => `Saga of return ${number}`,
  introduction:
    "After its pivot, the saga of the order cannot be undone. A second saga therefore makes up for it. It has no " +
    "compensations: each step is retried, and then an operator gets a task.",
  start: "Return accepted",
  diagram: "Diagram of the saga that refunds the return.",
  attention: "Request attention",
  kinds: { forwardOnly: "forward only", optional: "if requested" },
  needsAttention: "A step failed after all retries. The saga waits until an operator resolves the task.",
  running: "The saga runs one step at a time. Completed steps cannot be undone.",
  settled: "All steps succeeded. The return is complete.",
} as const;
