// Every text that a user reads is in this file, grouped by page. Components contain no texts of their own. Reviewers can
// therefore compare the wording in one place, and the compiler checks each name and argument. There is one language, so
// a constant object is enough.
//
// Style: sentence case. A button names its action. An error says what happened, why, and what to do next.
//
// Exceptions: index.html (shown before JavaScript runs), contracts/events.json (the meaning of each event), the units in
// shared/format.ts, and what the API returns (problem documents, step names, codes without a text here).
import { formatCount } from "./shared/format";

/** The text of a list: "a", "a and b", "a, b and c". */
const formatList = (items: readonly string[]): string => new Intl.ListFormat("en-GB").format(items);

export const messages = {
  common: {
    appName: "Serverless Orders",
    pageTitle: (title: string) => `${title} · Serverless Orders`,
    tryAgain: "Try again",
    cancel: "Cancel",
    close: "Close",
    total: "Total",
    goToShop: "Go to the shop",
    continueShopping: "Continue shopping",
    lineItem: (quantity: number, name: string) => `${quantity} × ${name}`,
    noValue: "–",
  },

  errors: {
    header: "Something went wrong",
    unexpected: "An unexpected error occurred. Reload the page and try again.",
    unreachable: "We can’t reach the shop. Check your internet connection and try again.",
    sessionExpired: "Your session has expired. Sign in again to continue.",
    throttled: "The shop is busy. Wait a few seconds and try again.",
    unavailable: "The shop is temporarily unavailable. Try again in a moment.",
    unexpectedStatus: (status: number) => `The shop sent an unexpected response (HTTP status ${status}). Reload the page and try again.`,
    invalidFields: (fields: readonly string[]) => `Some fields are not valid: ${fields.join(", ")}. Correct them and try again.`,
    invalidField: (field: string, detail: string) => `${field} (${detail})`,
    fieldOfItem: (field: string, item: string, position: number) => `${field} of ${item} ${position}`,
    request: "request",
    missingConfig: "The file config.json is missing, so sign-in does not work. Deploy the web page again.",
  },

  /** The errors of any single-line text field. */
  textField: {
    tooLong: (maximum: number) => `Use at most ${maximum} characters.`,
    controlCharacters: "Remove the control characters, which are invisible.",
  },

  frame: {
    skipToContent: "Skip to content",
    mainNavigation: "Main",
    shop: "Shop",
    basket: "Basket",
    itemsInBasket: (items: number) => formatCount(items, "item"),
    orders: "My orders",
    operations: "Operations",
    darkMode: "Dark mode",
    signIn: "Sign in",
    signOut: "Sign out",
    loading: "Loading page",
    offline: "You are offline. This page may be out of date. It updates automatically when you are back online.",
    serverGone: "The shop does not respond. This page may be out of date. It updates automatically when the shop is back.",
    pageFailed: "This page could not be displayed",
  },

  notFound: {
    title: "Page not found",
    emptyTitle: "This page does not exist",
    description: "Check the address for mistakes.",
  },

  shop: {
    title: "Shop",
    description: "Everything you need for great coffee. Place an order and watch its saga run, step by step.",
    loading: "Loading product",
    emptyTitle: "No products yet",
    empty: "To add products, sign in as an operator, then go to Operations, Products.",
    addToBasket: "Add to basket",
    addProductToBasket: (product: string) => `Add to basket: ${product}`,
    added: (product: string) => `${product} was added to your basket.`,
    inBasket: (items: number) => `${items.toLocaleString()} in basket`,
    soldOut: "Sold out",
    onlyLeft: (available: number) => `Only ${available} left`,
    inStock: (available: number) => `${available.toLocaleString()} in stock`,
  },

  basket: {
    title: "Basket",
    loading: "Loading basket",
    emptyTitle: "Your basket is empty",
    priceEach: (price: string) => `${price} each`,
    onlyInStock: (available: number) => `Only ${available} in stock`,
    limit: (maximum: number) => `Limit of ${maximum} per order`,
    quantityOf: (product: string) => `Quantity of ${product}`,
    remove: (product: string) => `Remove ${product}`,
    discontinued: "No longer available",
    removeDiscontinued: "To check out, remove the products that are no longer available.",
    severalCurrencies: "Your basket has prices in several currencies, but an order can have only one. To check out, remove some products.",
    checkOut: "Check out",
  },

  checkout: {
    title: "Checkout",
    shippingAddress: "Shipping address",
    paymentMethod: "Payment method",
    testCards: "These are test cards, so you are not charged. Each card says what happens to the order.",
    summary: "Order summary",
    loadingPrices: "Loading prices",
    editBasket: "Edit basket",
    pay: (total?: string) => (total === undefined ? "Pay" : `Pay ${total}`),
    placing: "Placing your order",
    reviewedFirst: (threshold: string) => `Orders of ${threshold} or more are reviewed before they are confirmed.`,
    totalChangedTitle: "The price has changed",
    totalChanged: (current: string, shown?: string) =>
      `The total is now ${current}${shown === undefined ? "" : ` instead of ${shown}`}. You have not been charged. ` +
      `To order at the new price, select Pay ${current}.`,
    unknownOutcomeTitle: "Your order may already be placed",
    unknownOutcome:
      "The connection was lost before we received a confirmation. To find out, select Pay again. " +
      "You will not be charged twice, even if you change the order first.",
    placedInAnotherTab: "An order was already placed from another tab of this browser. Check My orders before you place this one.",
  },

  address: {
    name: { label: "Full name", missing: "Enter your name." },
    line1: { label: "Street address", missing: "Enter your street address." },
    postal_code: {
      label: "Postal code",
      hint: "In Germany, the test carrier refuses 00000 and never responds to 99999. Some countries have no postal codes.",
      missing: "Enter your postal code.",
    },
    city: { label: "City", missing: "Enter your city." },
    country: { label: "Country", hint: "The two-letter code, such as DE.", missing: "Enter your country." },
    countryFormat: "Enter the two-letter code in capital letters, such as DE.",
    postalCodeFormat: (country: string, example: string) => `Enter a valid postal code for ${country}, such as ${example}.`,
  },

  /** The test cards of the payment provider's sandbox, by payment method. */
  cards: {
    pm_card_visa: { name: "Visa", effect: "The payment succeeds. The order is confirmed within seconds." },
    pm_card_declined: { name: "Declined card", effect: "The card is declined. The order is rejected and its stock is released." },
    pm_gateway_flaky: { name: "Authorization fails twice", effect: "The payment succeeds on the third attempt, because the saga retries it." },
    pm_gateway_down: { name: "Authorization always fails", effect: "The order is rejected after all retries. Its completed steps are undone." },
    pm_capture_flaky: { name: "Capture fails twice", effect: "The order is confirmed. The capture succeeds on the third attempt." },
    pm_capture_down: { name: "Capture always fails", effect: "The order is confirmed, but an operator must resolve a task to complete the payment." },
    pm_requires_action: {
      name: "Card that asks your bank",
      effect: "Your bank asks you to confirm the payment. The order waits until you approve or decline it there.",
    },
    pm_void_down: {
      name: "Void always fails",
      effect: "The payment succeeds. With postal code 00000, the held amount cannot be released, and an operator must resolve a task.",
    },
    pm_refund_flaky: { name: "Refund fails twice", effect: "The order is confirmed. If you return items, the refund succeeds on the third attempt." },
    pm_refund_down: { name: "Refund always fails", effect: "The order is confirmed. If you return items, an operator must resolve a task to refund you." },
  },

  orders: {
    title: "My orders",
    loading: "Loading your orders",
    emptyTitle: "No orders yet",
    showOlder: "Show older orders",
  },

  order: {
    title: "Order",
    loading: "Loading order",
    loadingNew: "Processing your order",
    loadingSaga: "Loading saga",
    notFoundTitle: "Order not found",
    notFound: "Check the address for mistakes. You can only open your own orders.",
    goToOrders: "Go to My orders",
    earlierTitle: "Your first attempt placed this order",
    earlier:
      "We received your first attempt, but its confirmation was lost. The changes that you made afterwards are not in this " +
      "order, and no second order was placed. If this order is not what you want, cancel it and place a new one.",
    goToTasks: "Go to tasks",
    cancel: "Cancel order",
    cancelling: "Cancelling order",
    cancelQuestion: "Cancel this order?",
    cancelEffect: "The saga undoes its completed steps, and you are not charged. You cannot take the cancellation back.",
    keep: "Keep order",
    saga: "Saga",
    timeline: "Timeline",
    details: "Order details",
    placed: "Placed",
    stock: "Stock",
    payment: "Payment",
    shipment: "Shipment",
    notStarted: "Not started",
    confirmAtBank: "Confirm the payment at your bank",
    bankAsks: (amount: string) => `Your bank asks you to confirm this payment of ${amount}.`,
    answerSent: "Your answer is on its way from the bank to the shop. This page shows it as soon as it arrives.",
    answerReceived: "The shop has received the answer of your bank.",
    eventDetails: (type: string) => `Event ${type}`,
    asOf: "Show order at",
    now: "Now",
    backToNow: "Back to now",
    /** The name of each status, and what it means for the customer. */
    statuses: {
      PLACED: { label: "Placed", description: "We are processing your order." },
      AWAITING_PAYMENT: { label: "Awaiting payment", description: "Your order continues as soon as your bank has confirmed the payment." },
      IN_REVIEW: { label: "In review", description: "We review large orders before we confirm them. Your order continues after the review." },
      CONFIRMED: { label: "Confirmed", description: "Thank you, your order is confirmed." },
      REJECTED: { label: "Rejected", description: "We could not complete your order. You have not been charged." },
      CANCELLED: { label: "Cancelled", description: "Your order is cancelled. You have not been charged." },
      NEEDS_ATTENTION: { label: "Needs attention", description: "A step of your order keeps failing. An operator will resolve the problem. You do not need to do anything." },
    },
    /** Why an order was rejected, by reason code, and what the customer can do. */
    reasons: {
      OUT_OF_STOCK: { cause: "There is not enough stock.", advice: "Order fewer items, or try again later." },
      PAYMENT_DECLINED: { cause: "The card was declined.", advice: "Order again with another card." },
      UNKNOWN_PAYMENT_METHOD: { cause: "The payment provider does not know this card.", advice: "Order again with another card." },
      PAYMENT_EXPIRED: { cause: "The payment was not confirmed in time.", advice: "Order again, and confirm the payment at your bank." },
      ADDRESS_REFUSED: { cause: "The carrier does not deliver to this address.", advice: "Order again with another address." },
      PAYMENT_UNAVAILABLE: { cause: "The payment provider did not respond.", advice: "Try again later." },
      SHIPPING_UNAVAILABLE: { cause: "The carrier did not respond.", advice: "Try again later." },
      TOO_MANY_WAITING: {
        cause: "Too many of your orders are waiting for a review or for a payment.",
        advice: "Wait until one is decided, or cancel one, then order again.",
      },
      REVIEW_REJECTED: { cause: "An operator reviewed the order and rejected it." },
      REVIEW_TIMED_OUT: { cause: "The order was not reviewed in time.", advice: "Order again." },
      REJECTED_BY_OPERATOR: { cause: "An operator rejected the order." },
    },
  },

  saga: {
    introduction:
      "An order involves several services, and no single transaction spans them. Each step that can be undone has a " +
      "compensation on its right. When a step fails, the saga runs the compensations in reverse order.",
    start: "Order placed",
    allUndone: "All undone",
    completed: "Completed",
    diagram: "Saga diagram.",
    stepWithState: (step: string, state: string) => `${step}: ${state}.`,
    legend: "Legend",
    rejectOrCancel: "Reject or cancel",
    reject: "Reject order",
    cancel: "Cancel order",
    kinds: {
      step: (number: number) => `step ${number}`,
      undoes: (number: number) => `undoes step ${number}`,
      pivot: "pivot",
      forwardOnly: "forward only",
      optional: "if needed",
      rejection: "starts compensations",
      attention: "if a step keeps failing",
    },
    states: {
      pending: "not started",
      active: "in progress",
      waiting: "waiting for an answer",
      completed: "completed",
      refused: "refused",
      failed: "failed",
      unanswered: "not answered",
      compensated: "done, then undone",
      skipped: "not needed",
    },
    needsAttention: "A step failed after all retries. The saga waits until an operator resolves the task.",
    awaitingPayment: "The bank asks the customer to confirm the payment. The saga waits for the answer of the bank.",
    inReview: "The order is large. The saga waits until an operator reviews it.",
    settled: "All steps succeeded. Since the pivot, which confirmed the order, the saga can no longer be undone.",
    confirmed: "The order is confirmed, so the saga has passed the pivot. It can no longer be undone.",
    running: "The saga runs one step at a time. Before the pivot, completed steps can be undone.",
    rejected: "The order was rejected.",
    cancelled: "The order was cancelled.",
    undoing: "The saga now undoes the completed steps in reverse order.",
    nothingToUndo: "There were no completed steps to undo.",
    undone: (steps: number) => `The saga undid ${formatCount(steps, "completed step")}.`,
  },

  /** The page of the bank and the panel of the carrier, which stand for real providers. */
  sandbox: {
    bank: "Sandbox bank",
    bankNotice: "This is a test page. It is not a bank, and no money moves.",
    loading: "Loading payment",
    question: "Do you approve this payment?",
    shop: "Shop",
    amount: "Amount",
    card: "Card",
    order: "Order",
    approve: "Approve",
    decline: "Decline",
    answering: "The bank sends your answer to the shop.",
    noPayment: "The bank has no open question about this order.",
    backToOrder: "Back to the order",
    carrier: "Sandbox carrier",
    carrierNotice: "Test controls, which play the carrier of this parcel. A real shop does not have them.",
    moves: { dispatched: "Dispatch the parcel", delivered: "Deliver the parcel", lost: "Lose the parcel" },
    moved: "The carrier sends a webhook. This page shows the result as soon as it arrives.",
  },

  returns: {
    title: "Returns",
    open: "Return items",
    formTitle: "Which items do you want to return?",
    request: "Request return",
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
    received: "We received your return. An operator decides about it, and we send you an email.",
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
    needsAttention: "An operator is checking the refund. You do not need to do anything.",
    comment: (comment: string) => `Comment of the operator: ${comment}`,
    /** The name of each status, and what it means for the customer. */
    statuses: {
      REQUESTED: { label: "Requested", description: "An operator decides about the return." },
      REFUSED: { label: "Refused", description: "Nothing is refunded. You can request a return of these items again." },
      ACCEPTED: { label: "Accepted", description: "The refund follows." },
      COMPLETED: { label: "Completed", description: "The money is refunded." },
    },
  },

  /** The saga that refunds a return. */
  refund: {
    title: (number: number) => `Saga of return ${number}`,
    introduction:
      "After its pivot, the saga of the order cannot be undone. A second saga therefore makes up for it. It has no " +
      "compensations: each step is retried until it succeeds.",
    start: "Return accepted",
    diagram: "Diagram of the saga that refunds the return.",
    attention: "Request attention",
    kinds: { forwardOnly: "forward only", optional: "if requested" },
    needsAttention: "A step failed after all retries. The saga waits until an operator resolves the task.",
    running: "The saga runs one step at a time. Completed steps cannot be undone.",
    settled: "All steps succeeded. The return is complete.",
  },

  signIn: {
    title: "Sign in",
    sessionExpired: "Your session has expired. Sign in again to continue where you left off.",
    noAccount: "No account yet?",
    signUp: "Sign up",
    confirmed: "Your email address is confirmed. Sign in to continue.",
    submit: "Sign in",
    submitting: "Signing in",
    email: "Email address",
    password: "Password",
    emailMissing: "Enter your email address.",
    emailInvalid: "Enter a complete email address, such as ada@example.com.",
    passwordMissing: "Enter your password.",
  },

  signUp: {
    title: "Sign up",
    hasAccount: "Already have an account?",
    signIn: "Sign in",
    submit: "Sign up",
    submitting: "Signing up",
    emailHint: "We will send a code to this address.",
    passwordHint: "At least 12 characters, with lowercase and uppercase letters, a digit and a symbol.",
    passwordMissing: "Choose a password.",
    passwordHasOuterSpace: "Remove the space at the start or the end of your password.",
    passwordNeeds: (missing: readonly string[]) => `Your password needs ${formatList(missing)}.`,
    passwordParts: {
      lowercase: "a lowercase letter",
      uppercase: "an uppercase letter",
      digit: "a digit",
      symbol: "a symbol such as ! or -",
      characters: (missing: number) => `${missing} more ${missing === 1 ? "character" : "characters"}`,
    },
    confirmTitle: "Confirm your email address",
    enterCode: (email: string) => `Enter the code that we sent to ${email}.`,
    code: "Code",
    codeHint: "Six digits. The local cloud sends no email, so enter any six digits there.",
    codeInvalid: "Enter the six-digit code from our email.",
    confirm: "Confirm",
    confirming: "Confirming",
    resendCode: "Resend code",
    codeResent: "We sent a new code. It can take a minute to arrive.",
    otherAddress: "Use another address",
    existsWithoutCode: "If you have not entered its code yet:",
    goToCode: "Enter the code",
  },

  account: {
    unknownEmail: "you",
    wrongCredentials: "The email address or password is incorrect. Check both and try again.",
    emailExists: "An account with this email address already exists. Sign in instead.",
    passwordTooWeak: "This password is too weak. Use at least 12 characters, with lowercase and uppercase letters, a digit and a symbol.",
    alreadyConfirmed: "This email address is already confirmed. Sign in instead.",
    codeWrong: "This code is incorrect. Check the code in the email and try again.",
    codeExpired: "This code has expired. Request a new one.",
    tooManyAttempts: "Too many attempts. Wait a few minutes and try again.",
    unreachable: "We can’t reach the sign-in service. Check your internet connection and try again.",
    unconfirmed: "Your email address is not confirmed. Confirm it with the code that we sent you.",
    unsupportedStep: (step: string) => `This account requires a sign-in step that this page does not support: ${step}. Ask an administrator to change the account.`,
  },

  operations: {
    navigation: "Operations",
  },

  activity: {
    title: "Activity",
    loading: "Loading activity",
    timeRange: "Time range",
    hours: (hours: number) => (hours === 1 ? "Last hour" : `Last ${hours} hours`),
    emptyTitle: "No orders in this period",
    empty: "New orders appear here within seconds.",
    truncated: (orders: number) => `There were more orders. Only the newest ${orders.toLocaleString()} are counted.`,
    chartTitle: "Orders by time placed and status",
    chartLabel: "Orders by time placed",
    timePlaced: "Time placed",
    orders: "Orders",
    medianTime: "Time to confirm (p50)",
    slowTime: "Time to confirm (p95)",
    timesHint: "The times to confirm leave out orders that waited for an operator or for the bank.",
    rejections: "Rejection reasons",
    reason: "Reason",
    code: "Code",
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
    decidedElsewhere: "Decided by another operator, or no longer needed",
    effects: {
      approve: "Approve continues the order.",
      reject: "Reject undoes all completed steps.",
      retry: "Retry runs the saga again.",
      resolve: "Resolve records that you completed the failed steps by hand. It needs a comment.",
    },
    /** The effects of the verdicts of a task about a lost parcel. */
    lostShipmentEffects: {
      refund: "Refund pays back what the customer paid, except for the items of other returns. The stock does not change.",
      resolve: "Resolve records what you did by hand, such as a new parcel, and refunds nothing. It needs a comment.",
    },
    /** The effects of the verdicts of a task about a return. */
    returnEffects: {
      approve: "Approve accepts the return and starts the refund.",
      reject: "Reject refuses the return, so nothing is refunded. It needs a comment.",
      retry: "Retry runs the refund again.",
      resolve: "Resolve records that you completed the failed steps by hand, such as a refund by bank transfer. It needs a comment.",
    },
  },

  deadLetters: {
    title: "Dead letters",
    description: "Messages that could not be processed, with their causes. Fix the cause first, then redrive the queue to process its messages again.",
    loading: "Loading dead letters",
    depth: (messages: number) => formatCount(messages, "message"),
    depthAndAge: (messages: number, age: string) => `${formatCount(messages, "message")}, oldest waiting for ${age}`,
    empty: "Empty",
    redrive: "Redrive",
    redriveQueue: (queue: string) => `Redrive ${queue}`,
    redriveQuestion: (queue: string) => `Redrive ${queue}?`,
    redriveEffect: (messages: number) =>
      `${formatCount(messages, "message")} will be processed again. If the cause is not fixed, they fail again and return to this queue.`,
    redriven: (messages: number) => `Sent ${formatCount(messages, "message")} to be processed again.`,
    redrivenInPart: (messages: number) => `Sent ${formatCount(messages, "message")} to be processed again. More messages are left. To send them, redrive again.`,
    unknownCause: "Unknown cause.",
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
    unknownOutcome: "The stock may already be adjusted. To make sure, save again. The adjustment is applied only once.",
  },

  views: {
    title: "Views",
    description: "The pages of the shop show views, which are projected from the events. A rebuild replays all events of the event store while the shop stays open.",
    rebuild: "Rebuild views",
    starting: "Starting rebuild",
    loading: "Loading rebuild",
    emptyTitle: "No rebuild started in this tab",
    empty: "Rebuild the views after you change how events are projected.",
    expired: "The last rebuild is no longer available",
    unsupported: "This deployment cannot rebuild its views",
    rebuildId: (id: string) => `Rebuild ${id}`,
    progress: (done: number, total: number) => `${done.toLocaleString()} of ${formatCount(total, "object")}`,
    replayed: (events: number, time: string) => `${formatCount(events, "event")} in ${time}`,
    succeeded: (events: number, time: string) => `The rebuild is complete: ${formatCount(events, "event")} in ${time}.`,
    failed: (objects: number) => `${formatCount(objects, "object")} could not be replayed. Start another rebuild.`,
    unreadable: (events: number, resultFile?: string) =>
      `${formatCount(events, "event")} could not be read.` +
      (resultFile === undefined ? "" : ` For the causes, see ${resultFile} in the event store bucket.`),
  },

  findOrder: {
    title: "Find order",
    orderId: "Order ID",
    hint: "Or any text that contains one, such as a URL, a log line or an email.",
    missing: "Enter a text with an order ID, such as ac813206-bbf5-57a2-9996-8dca9b7d786f.",
    submit: "Find order",
  },

  eraseCustomer: {
    title: "Erase customer",
    description:
      "Deletes the account of a customer and the addresses in all their orders. The orders remain, with an ID that no longer " +
      "identifies a person. To erase an operator, first remove them from the operators group.",
    customerId: "Customer ID",
    customerIdHint: "The sub attribute of the user in the user pool.",
    customerIdInvalid: "Enter a customer ID, such as 5f0c1d2e-3a4b-4c5d-8e9f-0a1b2c3d4e5f.",
    question: "Erase this customer?",
    effect: (customerId: string) => `The account and the addresses of customer ${customerId} are deleted. This cannot be undone.`,
    submit: "Erase customer",
    inProgress: (orders: readonly string[]) =>
      `The erasure is in progress. These orders still need their addresses: ${orders.join(", ")}. ` +
      "Cancel these orders or resolve their tasks. The erasure then completes automatically.",
    erased: (orders: number, hadAccount: boolean) =>
      `The address is erased from ${formatCount(orders, "order")}. ${hadAccount ? "The account is deleted." : "There was no account to delete."}`,
  },
} as const;
