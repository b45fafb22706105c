// The texts of the console, in the style of messages.ts. Separate, because only operators load them.
import { formatCount } from "../shared/format";

export const consoleMessages = {
  operations: {
    navigation: "Operations",
    dismiss: "Dismiss",
    breakIt: "Break it",
    notices: {
      ariaLabel: "Notices",
      successIconAriaLabel: "Success",
      infoIconAriaLabel: "Information",
    },
  },

  operationsOrders: {
    title: "Orders",
    description: "The orders of all customers, newest first. Without dates, the search covers the last 30 days, or all orders of one customer.",
    loading: "Loading orders",
    filters: "Filter orders",
    search: "Order number or email",
    searchInvalid: "Enter an order number, such as AC813206, a text with an order ID, or a complete email address.",
    submit: "Search",
    customerUnknown: "No customer has this email address. Check it for mistakes.",
    status: "Status",
    anyStatus: "Any status",
    from: "Placed from",
    to: "Placed until",
    clear: "Clear filters",
    list: "Orders found",
    columns: { number: "Order", status: "Status", customer: "Customer", total: "Total", placed: "Placed", updated: "Updated" },
    ordersOf: (customer: string) => `Orders of customer ${customer}`,
    allCustomers: "Show all customers",
    erase: "Erase this customer’s data",
    emptyTitle: "No orders in the last 30 days",
    empty: "New orders appear here within seconds. For older orders, select a date.",
    noneTitle: "No orders match",
    none: "Check the order number, or remove a filter.",
    noneYetTitle: "No orders match so far",
    noneYet: "There are older orders, which are not searched yet.",
    searchOn: "Search older orders",
    previousPage: "Previous page",
    nextPage: "Next page",
    page: (page: number) => `Page ${page}`,
  },

  /** The id of a customer. */
  customer: {
    label: "Customer",
    copy: "Copy customer ID",
    copyOf: (customer: string) => `Copy the ID of customer ${customer}`,
    copied: "Customer ID copied",
    copyFailed: "The browser did not allow copying",
  },

  activity: {
    title: "Activity",
    loading: "Loading activity",
    loadingChart: "Loading chart",
    timeRange: "Time range",
    hours: (hours: number) => (hours === 1 ? "Last hour" : `Last ${hours} hours`),
    emptyTitle: "No orders in this period",
    empty: "New orders appear here within seconds.",
    truncated: (orders: number) => `There were more orders. Only the newest ${orders.toLocaleString()} are counted.`,
    chartTitle: "Orders by time placed and status",
    chartLabel: "Orders by time placed",
    timePlaced: "Time placed",
    orders: "Orders",
    system: "System: median time to decide",
    people: "With people: median time to decide",
    times: (slow: string, orders: number) => `p95 ${slow}, ${formatCount(orders, "order")}`,
    noTimes: "No orders",
    faults: "Orders with a fault",
    faultsOf: (faults: number, orders: number) => `${faults.toLocaleString()} of ${formatCount(orders, "order")}`,
    hint:
      "The times are from placing an order to its confirmation or rejection. Orders that waited for an operator or for the bank " +
      "count under “With people”. A fault is a provider that did not respond, or a step that keeps failing. Faults that a retry healed do not count.",
    rejections: "Rejection reasons",
    reason: "Reason",
    kind: "Kind",
    fault: "Fault",
    answer: "Refusal",
    barChart: "bar chart",
    xAxis: "x axis",
    yAxis: "y axis",
    legend: "Statuses",
    closeDetails: "Close",
  },

  tasks: {
    title: "Tasks",
    description: "Orders, returns and lost parcels that wait for an operator, oldest first.",
    loading: "Loading tasks",
    emptyTitle: "No open tasks",
    empty: (thresholds: readonly string[]) =>
      thresholds.length > 0
        ? `Tasks appear here for orders of ${thresholds.join(", ")} or more, for returns, for lost parcels, and for steps that keep failing.`
        : "Tasks appear here for returns, for lost parcels, and for steps that keep failing.",
    review: (total?: string) => (total === undefined ? "Review order" : `Review order of ${total}`),
    attention: (steps: readonly string[], total?: string) =>
      `${total === undefined ? "Order" : `Order of ${total}`}: ${steps.join(", ")} failed after all retries`,
    return: (amount: string) => `Return of ${amount}`,
    returnAttention: (steps: readonly string[], amount: string) => `Return of ${amount}: ${steps.join(", ")} failed after all retries`,
    lostShipment: (total?: string) => (total === undefined ? "Lost parcel" : `Lost parcel of an order of ${total}`),
    parcel: (carrier: string, trackingNumber: string) => `${carrier}, ${trackingNumber}`,
    order: "Order",
    opened: (time: string) => `opened ${time}`,
    alreadyDecided: (decision: string) => `already ${decision}`,
    comment: "Comment",
    commentHint:
      "Up to 200 characters. The customer can read the comment and your user ID. The comment is stored permanently, so do not name other people in it.",
    commentMissing: "Enter what you did by hand, and where it is recorded.",
    refusalMissing: "Enter why the return is refused. The customer reads the comment.",
    restock: "Put the items back in stock",
    restockHint: "Select this only if the items arrived and can be sold again. It applies if you approve the return.",
    hideDecided: "Hide decided tasks",
    verdicts: { approve: "Approve", reject: "Reject", retry: "Retry", refund: "Refund", resolve: "Resolve" },
    /** What this operator decided. */
    decided: {
      approve: "You approved it",
      reject: "You rejected it",
      retry: "You started a retry",
      refund: "You refunded it",
      resolve: "You resolved it",
    },
    /** What a notice says after a decision: "You approved the review of order 1A2B3C4D." */
    notice: (verb: string, subject: string, order: string) => `You ${verb} the ${subject} of order ${order}.`,
    decidedVerbs: { approve: "approved", reject: "rejected", retry: "retried", refund: "refunded", resolve: "resolved" },
    subjects: { review: "review", attention: "failed steps", return: "return", lost_shipment: "lost parcel" },
    decidedElsewhere: "Decided by another operator, or no longer needed",
    effects: {
      approve: "Approve continues the order.",
      reject: "Reject undoes all completed steps.",
      retry: "Retry runs the saga again.",
      resolve: "Resolve records that you completed the failed steps by hand. Add a comment to resolve.",
    },
    /** The effects of the verdicts of a task about a lost parcel. */
    lostShipmentEffects: {
      refund: "Refund pays back what the customer paid, except for the items of other returns. The stock does not change.",
      resolve: "Resolve records what you did by hand, such as a new parcel, and refunds nothing. Add a comment to resolve.",
    },
    /** The effects of the verdicts of a task about a return. */
    returnEffects: {
      approve: "Approve accepts the return and starts the refund.",
      reject: "Reject refuses the return, so nothing is refunded. Add a comment to reject.",
      retry: "Retry runs the refund again.",
      resolve: "Resolve records that you completed the failed steps by hand, such as a refund by bank transfer. Add a comment to resolve.",
    },
  },

  deadLetters: {
    title: "Dead letters",
    description: "Messages that could not be processed, with their causes. Fix the cause first, then redrive the queue to process its messages again.",
    loading: "Loading dead letters",
    depth: (messages: number) => formatCount(messages, "message"),
    depthAndAge: (messages: number, age: string) => `${formatCount(messages, "message")}, oldest waiting for ${age}`,
    sample: (shown: number, messages: number) => `${shown} of ${formatCount(messages, "message")} are shown. Redrive sends all of them.`,
    empty: (queues: number) => `No dead letters in ${formatCount(queues, "queue")}`,
    emptyRest: (queues: number) => `No dead letters in ${formatCount(queues, "other queue")}`,
    redrive: "Redrive",
    redriveQueue: (queue: string) => `Redrive ${queue}`,
    redriveQuestion: (queue: string) => `Redrive ${queue}?`,
    redriveEffect: (messages: number) =>
      `${formatCount(messages, "message")} will be processed again. If the cause is not fixed, they fail again and return to this queue.`,
    redriven: (messages: number, queue: string) => `You redrove ${queue}: ${formatCount(messages, "message")} will be processed again.`,
    redrivenInPart: (messages: number, queue: string) =>
      `You redrove ${queue}: ${formatCount(messages, "message")} will be processed again. More messages are left. To send them, redrive again.`,
    unknownCause: "No cause is recorded: the function timed out or did not start.",
    message: "Message",
  },

  products: {
    title: "Products",
    loading: "Loading products",
    emptyTitle: "No products yet",
    empty: "Add the first product with the form above.",
    addTitle: "Add a product",
    add: "Add product",
    clear: "Clear form",
    edit: "Edit",
    editProduct: (product: string) => `Edit ${product}`,
    saveChanges: "Save changes",
    added: (product: string) => `${product} was added.`,
    updated: (product: string) => `${product} was updated.`,
    visibleSoon: (change: string) => `${change} The shop shows the change in a moment.`,
    exists: "A product with this SKU already exists. To change it, select Edit or Adjust stock in the list.",
    updatedByOther: (product: string, price: string) =>
      `Another operator changed this product: it is now ${product} for ${price}. Cancel, then edit it again.`,
    list: "All products",
    listCount: (products: number) => `(${products})`,
    available: "Available",
    actions: "Actions",
    fields: {
      sku: { label: "SKU" },
      name: { label: "Name" },
      price: { label: "Price" },
      currency: { label: "Currency" },
      stock: { label: "Stock", hint: "The initial quantity in stock." },
    },
    skuInvalid: "Enter up to 40 capital letters, digits and hyphens.",
    nameMissing: "Enter a name.",
    currencyInvalid: "Enter a three-letter ISO 4217 code, such as EUR.",
    priceInvalid: (example: string) => `Enter an amount, such as ${example}.`,
    stockInvalid: "Enter a whole number.",
  },

  stock: {
    adjust: "Adjust stock",
    adjustProduct: (product: string) => `Adjust stock of ${product}`,
    save: "Save adjustment",
    quantity: "Quantity",
    quantityHint: "Enter a negative number to write stock off.",
    quantityInvalid: "Enter a whole number, such as 12 or -2.",
    reason: "Reason",
    reasonHint: "For example, the delivery number.",
    reasonMissing: "Enter where the stock came from, or why it was written off.",
    received: (quantity: number, product: string, available: number) =>
      `Received ${quantity.toLocaleString()} of ${product}: ${available.toLocaleString()} available.`,
    writtenOff: (quantity: number, product: string, available: number) =>
      `Wrote off ${quantity.toLocaleString()} of ${product}: ${available.toLocaleString()} available.`,
    alreadyAdjusted:
      "The stock is already adjusted with the values of an earlier attempt. Check the available quantity in the list, and save " +
      "again only if it needs another adjustment.",
    unknownOutcome: "The stock may already be adjusted. To make sure, save again. The adjustment is applied only once.",
  },

  views: {
    title: "Views",
    description: "The pages of the shop show views, which are projected from the events. A rebuild replays all events of the event store while the shop stays open.",
    rebuild: "Rebuild views",
    starting: "Starting rebuild",
    started: (id: string) => `The rebuild ${id} of the views was started.`,
    loading: "Loading rebuild",
    emptyTitle: "No rebuild started in this tab",
    empty: "Rebuild the views after you change how events are projected.",
    expired: "The last rebuild is no longer available",
    unsupported: "This deployment cannot rebuild its views",
    rebuildId: (id: string) => `Rebuild ${id}`,
    progress: (done: number, total: number) => `${done.toLocaleString()} of ${formatCount(total, "object")}`,
    replayed: (events: number, time: string) => `${formatCount(events, "event")} in ${time}`,
    succeeded: (events: number, time: string) => `The rebuild is complete: ${formatCount(events, "event")} in ${time}.`,
    failed: (objects: number) =>
      objects > 0
        ? `${formatCount(objects, "object")} could not be replayed. Start another rebuild.`
        : "The rebuild did not complete. Start another rebuild.",
    unreadable: (events: number, resultFile?: string) =>
      `${formatCount(events, "event")} could not be read.` +
      (resultFile === undefined ? "" : ` For the causes, see ${resultFile} in the event store bucket.`),
  },

  eraseCustomer: {
    title: "Erase customer",
    description:
      "Deletes the account of a customer and the addresses in all their orders. The orders remain, with an ID that no longer " +
      "identifies a person. To erase an operator, first remove them from the operators group.",
    customerId: "Customer ID",
    customerIdHint: "The sub attribute of the user in the user pool. To find it by email address or order, go to",
    customerIdInvalid: "Enter a customer ID, such as 5f0c1d2e-3a4b-4c5d-8e9f-0a1b2c3d4e5f.",
    question: "Erase this customer?",
    effect: (customerId: string) => `The account and the addresses of customer ${customerId} are deleted. This cannot be undone.`,
    submit: "Erase customer",
    inProgress: (orders: readonly string[]) =>
      `You started the erasure. These orders still need their addresses: ${orders.join(", ")}. ` +
      "Resolve their tasks, if they have any. The erasure completes automatically once these orders are settled.",
    erased: (customer: string, orders: number, hadAccount: boolean) =>
      `You erased customer ${customer}. The address is erased from ${formatCount(orders, "order")}. ${hadAccount ? "The account is deleted." : "There was no account to delete."}`,
  },
} as const;
