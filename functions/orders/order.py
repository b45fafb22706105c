"""The order: an event-sourced aggregate. Its state follows from its events alone. Pure: imports nothing from AWS."""

from collections.abc import Sequence
from typing import NamedTuple

from kernel.cloud_event import Cause, CloudEvent
from kernel.money import Money
from kernel.timestamps import Timestamp
from order_events import (
    DecidedBy,
    Decision,
    OrderAwaitingPayment,
    OrderCancelled,
    OrderConfirmed,
    OrderEvent,
    OrderLine,
    OrderNeedsAttention,
    OrderPlaced,
    OrderRejected,
    OrderResolved,
    OrderRetryRequested,
    OrderReviewApproved,
    OrderReviewRequested,
    Status,
)

SOURCE = "orders"


class UnknownOrder(Exception):
    """There is no such order."""


class MixedCurrencies(Exception):
    """The products of one order have prices in different currencies."""


class Operator(NamedTuple):
    """An operator and their comment. `operator_id` is the `sub` of the user in the user pool."""

    operator_id: str | None = None
    comment: str | None = None


NO_OPERATOR = Operator()


class Price(NamedTuple):
    """The name and price of a product in the product view when a customer places an order."""

    name: str
    money: Money


def place(
    order_id: str,
    customer_id: str,
    quantities: Sequence[tuple[str, int]],
    prices: dict[str, Price],
    payment_method: str,
    cause: Cause,
) -> CloudEvent:
    """Return the first event of a new order.

    Args:
        order_id: The id of the order.
        customer_id: The `sub` of the customer in the user pool.
        quantities: The SKU and the quantity of each line, in the sequence of the request.
        prices: The price of every SKU in `quantities`.
        payment_method: The token of the payment method.
        cause: The time and the trace of the request.

    Raises:
        MixedCurrencies: The products have prices in different currencies.
    """
    currencies = {prices[sku].money.currency for sku, _ in quantities}
    if len(currencies) != 1:
        raise MixedCurrencies(", ".join(sorted(currencies)))
    items = tuple(
        OrderLine(sku=sku, name=prices[sku].name, quantity=quantity, unit_price=prices[sku].money.amount)
        for sku, quantity in quantities
    )
    placed = OrderPlaced(
        customer_id=customer_id,
        items=items,
        total=sum(line.quantity * line.unit_price for line in items),
        currency=currencies.pop(),
        payment_method=payment_method,
    )
    return CloudEvent.of(placed, source=SOURCE, subject=order_id, sequence=1, cause=cause)


class Order:
    """The state of an order, folded from its events. Each command method returns the next event, or None.

    Args:
        events: All events of the order, oldest first.
        settled: Whether the order is decided and all consequences of the decision are done. No event records this.
    """

    def __init__(self, events: Sequence[CloudEvent], *, settled: bool = False) -> None:
        self.events = tuple(events)
        self.settled = settled
        self.order_id = events[0].subject
        # During a canary, a newer version may have written a member that this one does not know.
        self.placed = OrderPlaced.model_validate(events[0].data, extra="ignore")
        self.status = Status.PLACED
        self.reason: str | None = None
        self.decision: Decision | None = None
        # The time of the first OrderAwaitingPayment, also after the payment is authorized.
        self.awaited_payment_since: Timestamp | None = None
        self.review_requested = False
        self.review_approved = False
        # The sequence of the open OrderNeedsAttention event.
        self.attention: int | None = None
        self.done_by_hand = False
        for event in events:
            self._apply(event)

    def _apply(self, event: CloudEvent) -> None:
        self.status = Status(event.data["status"])
        self.reason = event.data.get("reason")
        match event.type:
            case "OrderConfirmed":
                self.decision = Decision.CONFIRMED
            case "OrderRejected":
                self.decision = Decision.REJECTED
                if event.data["decided_by"] != DecidedBy.SAGA:
                    self.attention = None
            case "OrderCancelled":
                self.decision = Decision.CANCELLED
                # The cancellation makes an operator's answer unnecessary.
                self.attention = None
            case "OrderAwaitingPayment":
                self.awaited_payment_since = self.awaited_payment_since or event.time
            case "OrderReviewRequested":
                self.review_requested = True
            case "OrderReviewApproved":
                self.review_approved = True
            case "OrderNeedsAttention":
                self.attention = event.sequence
            case "OrderRetryRequested" | "OrderResolved":
                self.attention = None
                self.done_by_hand = bool(event.data.get("by_hand"))

    @property
    def needs_attention(self) -> bool:
        return self.attention is not None

    @property
    def waits_for_review(self) -> bool:
        return self.review_requested and not self.review_approved and self.decision is None

    @property
    def has_waited(self) -> bool:
        """Whether the order waits, or waited before, for a review or for its payment."""
        return self.review_requested or self.awaited_payment_since is not None

    @property
    def unanswered_requests(self) -> list[CloudEvent]:
        """The events that request an operator and have no answer yet."""
        return [
            event
            for event in self.events
            if event.sequence == self.attention or (self.waits_for_review and event.type == "OrderReviewRequested")
        ]

    @property
    def capture_is_at_operator(self) -> bool:
        """Whether an operator has the task to capture the payment or to collect it by other means."""
        return any("CapturePayment" in request.data.get("failed_steps", ()) for request in self.unanswered_requests)

    def confirm(self, cause: Cause) -> CloudEvent | None:
        """Confirm the order, unless it is already decided."""
        return None if self.decision else self._next(OrderConfirmed(), cause)

    def reject(
        self, reason: str, decided_by: DecidedBy, cause: Cause, operator: Operator = NO_OPERATOR
    ) -> CloudEvent | None:
        """Reject the order, unless it is already decided.

        A rejection by an operator or a timeout also closes the attention task.
        """
        if self.decision:
            return None
        return self._next(OrderRejected(reason=reason, decided_by=decided_by, **operator._asdict()), cause)

    def await_payment(self, cause: Cause) -> CloudEvent | None:
        """Await the payment, unless the order awaits it already, waits for an operator, or is past this step."""
        if self.status is Status.AWAITING_PAYMENT or self.needs_attention or self.review_requested or self.decision:
            return None
        return self._next(OrderAwaitingPayment(), cause)

    def request_review(self, cause: Cause) -> CloudEvent | None:
        """Request a review, unless one was requested before or the order is already decided."""
        if self.decision or self.review_requested:
            return None
        return self._next(OrderReviewRequested(total=self.placed.total, currency=self.placed.currency), cause)

    def approve_review(self, operator: Operator, cause: Cause) -> CloudEvent | None:
        """Approve the order if it waits for a review."""
        return self._next(OrderReviewApproved(**operator._asdict()), cause) if self.waits_for_review else None

    def cancel(self, cause: Cause) -> CloudEvent | None:
        """Cancel the order, unless it is already decided. An order that waits for an operator can also be cancelled."""
        return None if self.decision else self._next(OrderCancelled(), cause)

    def request_attention(self, failed_steps: Sequence[str], cause: Cause) -> CloudEvent | None:
        """Request an operator's attention, unless a request is open or the order is settled."""
        if self.settled or self.needs_attention:
            return None
        attention = OrderNeedsAttention(
            failed_steps=tuple(failed_steps),
            reason=self.reason,
            decision=self.decision,
            total=self.placed.total,
            currency=self.placed.currency,
        )
        return self._next(attention, cause)

    def request_retry(
        self, attention: int, operator: Operator, by_hand: Sequence[str], cause: Cause
    ) -> CloudEvent | None:
        """Request another run of the saga, with the status from before the order needed attention.

        Args:
            attention: The sequence of the event that requested attention. An answer to an earlier one has no effect.
            operator: The operator who requests the retry.
            by_hand: The failed steps that the operator did manually.
            cause: The cause of the event.
        """
        if self.settled or self.attention != attention:
            return None
        if self.decision:
            status = Status(self.decision.value)
        else:
            # If the order still awaits its payment, AwaitPayment records that again.
            status = Status.IN_REVIEW if self.waits_for_review else Status.PLACED
        retry = OrderRetryRequested(status=status, reason=self.reason, by_hand=tuple(by_hand), **operator._asdict())
        return self._next(retry, cause)

    def settle(self, cause: Cause) -> CloudEvent | None:
        """Return OrderResolved if the order needed attention, or if an operator did steps manually.

        Raises:
            ValueError: The order is undecided.
        """
        if self.decision is None:
            raise ValueError(f"order {self.order_id} is undecided: it cannot be settled")
        if not (self.needs_attention or self.done_by_hand):
            return None
        return self._next(OrderResolved(status=Status(self.decision.value), reason=self.reason), cause)

    def _next(self, data: OrderEvent, cause: Cause) -> CloudEvent:
        return CloudEvent.of(data, source=SOURCE, subject=self.order_id, sequence=len(self.events) + 1, cause=cause)
