"""The returns of an order: what a customer sends back, and what is refunded for it. Pure: imports nothing from AWS.

The refund of a lost parcel is a return without items, because the customer has nothing to send back.

One state holds all returns of an order. Its version serializes concurrent requests, so the returns of an order never
have more pieces than were bought.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict

from kernel.cloud_event import Cause, CloudEvent
from kernel.state_with_events import StateWithEvents
from kernel.timestamps import Timestamp
from purchase import PaidLine, Purchase
from return_events import (
    ReturnAccepted,
    ReturnCompleted,
    ReturnEvent,
    ReturnNeedsAttention,
    ReturnRefused,
    ReturnRequested,
    ReturnResolved,
    ReturnStatus,
)
from return_id import lost_parcel_id_of

SOURCE = "returns"
LOST_PARCEL = "The parcel was lost."
# An order's returns and their events are one item, and DynamoDB accepts at most 400 KB.
MAX_RETURNS = 10


class Operator(NamedTuple):
    """An operator and their comment. `operator_id` is the `sub` of the user in the user pool."""

    operator_id: str | None = None
    comment: str | None = None


class TooMany(Exception):
    """More pieces than were bought and not yet returned. `returnable` has the remaining quantity of each such SKU."""

    def __init__(self, returnable: Mapping[str, int]) -> None:
        super().__init__(", ".join(returnable))
        self.returnable = dict(returnable)


class ReturnLimitReached(Exception):
    """The order already has MAX_RETURNS returns."""


class ReturnUnanswered(Exception):
    """A requested return of the order still waits for an operator's answer."""


class UnknownReturn(Exception):
    """There is no such return."""


class Return(BaseModel):
    """One return of an order.

    Attributes:
        fingerprint: The digest of the request. It detects another request with the same Idempotency-Key.
        refund_amount: The price of the items as paid, in minor units of the order's currency.
        restock: Whether the operator wants the items back in stock.
        attention: The sequence of the open ReturnNeedsAttention event.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    return_id: str
    fingerprint: str
    status: ReturnStatus
    items: tuple[PaidLine, ...]
    refund_amount: int
    reason: str
    requested_at: Timestamp
    restock: bool = False
    attention: int | None = None

    @property
    def is_settled(self) -> bool:
        return self.status in (ReturnStatus.REFUSED, ReturnStatus.COMPLETED)


class OrderReturns(StateWithEvents):
    """All returns of an order.

    Attributes:
        purchase: What was bought, as the order's view said when the first return was requested.
        returns: The returns, oldest first.
        unsettled: The partition key of the sparse index of unsettled returns.
        unsettled_since: The time of the last activity; None if all returns are settled.
        runs_without_event: How many runs in a row the sweeper has started since the last event.
    """

    source: ClassVar[str] = SOURCE
    purchase: Purchase
    returns: tuple[Return, ...] = ()
    # One partition is enough: it accepts 1,000 writes a second, and an operator decides about each return.
    unsettled: Literal["yes"] | None = None
    unsettled_since: Timestamp | None = None
    runs_without_event: int = 0

    def find(self, return_id: str) -> Return | None:
        """Return the return with this id, or None."""
        return next((each for each in self.returns if each.return_id == return_id), None)

    def get(self, return_id: str) -> Return:
        """Return the return with this id.

        Raises:
            UnknownReturn: The order has no such return.
        """
        if found := self.find(return_id):
            return found
        raise UnknownReturn(f"order {self.order_id} has no return {return_id}")

    def returnable(self) -> dict[str, int]:
        """Return the quantity of each SKU that was bought and is in no return, except in refused ones.

        Nothing is returnable once the lost parcel is refunded.
        """
        if self.find(lost_parcel_id_of(self.order_id)):
            return {line.sku: 0 for line in self.purchase.items}
        left = {line.sku: line.quantity for line in self.purchase.items}
        for each in self.returns:
            if each.status is not ReturnStatus.REFUSED:
                for line in each.items:
                    left[line.sku] -= line.quantity
        return left

    def request(
        self, return_id: str, quantities: Iterable[tuple[str, int]], reason: str, fingerprint: str, cause: Cause
    ) -> Self:
        """Add a return, unless it exists. Concurrent requests cannot exceed what was bought: see `version`.

        Args:
            return_id: The id of the return.
            quantities: Pairs of a SKU, at most once, and its quantity.
            reason: The customer's words.
            fingerprint: The digest of the request.
            cause: The cause of the event.

        Raises:
            TooMany: More pieces of a product than were bought and not yet returned. None were, if it is unknown.
            ReturnLimitReached: The order already has MAX_RETURNS returns.
        """
        if self.find(return_id):
            return self
        wanted, returnable = dict(quantities), self.returnable()
        if excess := {sku: returnable.get(sku, 0) for sku in wanted if wanted[sku] > returnable.get(sku, 0)}:
            raise TooMany(excess)
        if len(self.returns) >= MAX_RETURNS:
            raise ReturnLimitReached(self.order_id)
        prices = {line.sku: line.unit_price for line in self.purchase.items}
        items = tuple(PaidLine(sku=sku, quantity=wanted[sku], unit_price=prices[sku]) for sku in wanted)
        requested = Return(
            return_id=return_id,
            fingerprint=fingerprint,
            status=ReturnStatus.REQUESTED,
            items=items,
            refund_amount=sum(line.quantity * line.unit_price for line in items),
            reason=reason,
            requested_at=cause.at,
        )
        return self._with(requested, ReturnRequested, cause)

    def accept(self, return_id: str, operator: Operator, cause: Cause, *, restock: bool) -> Self:
        """Accept a requested return. One that is already answered keeps its answer."""
        return self._answer(
            return_id, ReturnAccepted, ReturnStatus.ACCEPTED, cause, {"restock": restock}, **operator._asdict()
        )

    def refund_lost_parcel(self, operator: Operator, cause: Cause) -> Self:
        """Add an accepted return of what is in no other return, except in refused ones. Does nothing a second time.

        Raises:
            ReturnUnanswered: A return is requested. Its answer decides whether its amount belongs to this one.
        """
        return_id = lost_parcel_id_of(self.order_id)
        if self.find(return_id):
            return self
        if any(each.status is ReturnStatus.REQUESTED for each in self.returns):
            raise ReturnUnanswered(self.order_id)
        amount = self.purchase.price - sum(
            each.refund_amount for each in self.returns if each.status is not ReturnStatus.REFUSED
        )
        if amount <= 0:
            return self
        accepted = Return(
            return_id=return_id,
            fingerprint="",
            status=ReturnStatus.ACCEPTED,
            items=(),
            refund_amount=amount,
            reason=LOST_PARCEL,
            requested_at=cause.at,
        )
        return self._with(accepted, ReturnAccepted, cause, restock=False, **operator._asdict())

    def refuse(self, return_id: str, operator: Operator, cause: Cause) -> Self:
        """Refuse a requested return. One that is already answered keeps its answer."""
        return self._answer(return_id, ReturnRefused, ReturnStatus.REFUSED, cause, {}, **operator._asdict())

    def complete(self, return_id: str, cause: Cause) -> Self:
        """Complete an accepted return, which no longer needs attention."""
        current = self.get(return_id)
        if current.status is not ReturnStatus.ACCEPTED:
            return self
        completed = current.model_copy(update={"status": ReturnStatus.COMPLETED, "attention": None})
        return self._with(completed, ReturnCompleted, cause)

    def request_attention(self, return_id: str, failed_steps: Sequence[str], cause: Cause) -> Self:
        """Request an operator's attention, unless it was requested before or the return is settled."""
        current = self.get(return_id)
        if current.status is not ReturnStatus.ACCEPTED or current.attention:
            return self
        needing = current.model_copy(update={"attention": len(self.events) + 1})
        return self._with(needing, ReturnNeedsAttention, cause, failed_steps=tuple(failed_steps))

    def resolve(self, return_id: str, attention: int, operator: Operator, by_hand: Sequence[str], cause: Cause) -> Self:
        """Ask for another run of the refund.

        Args:
            return_id: The id of the return.
            attention: The sequence of the event that requested attention. An answer to an earlier one has no effect.
            operator: The operator who asks for the run.
            by_hand: The failed steps that the operator did manually.
            cause: The cause of the event.
        """
        current = self.get(return_id)
        if current.attention != attention:
            return self
        resolved = current.model_copy(update={"attention": None})
        return self._with(resolved, ReturnResolved, cause, by_hand=tuple(by_hand), **operator._asdict())

    def postponed(self, moment: Timestamp, *, runs_without_event: int) -> Self:
        """Return the state after the sweeper processed it at `moment`. Adds no event."""
        return self.model_copy(update={"unsettled_since": moment, "runs_without_event": runs_without_event})

    @property
    def unanswered_requests(self) -> list[CloudEvent]:
        """The events that request an operator and have no answer yet."""
        requested = {each.return_id for each in self.returns if each.status is ReturnStatus.REQUESTED}
        attentions = {each.attention for each in self.returns if each.attention}
        return [
            event
            for event in self.events
            if event.sequence in attentions
            or (event.type == "ReturnRequested" and event.data["return_id"] in requested)
        ]

    @property
    def due_refunds(self) -> list[Return]:
        """The accepted returns that wait for no operator."""
        return [each for each in self.returns if each.status is ReturnStatus.ACCEPTED and not each.attention]

    def _answer(
        self,
        return_id: str,
        kind: type[ReturnEvent],
        status: ReturnStatus,
        cause: Cause,
        changes: dict[str, Any],
        **operator: Any,
    ) -> Self:
        current = self.get(return_id)
        if current.status is not ReturnStatus.REQUESTED:
            return self
        return self._with(current.model_copy(update={"status": status, **changes}), kind, cause, **changes, **operator)

    def _with(self, changed: Return, kind: type[ReturnEvent], cause: Cause, **fields: Any) -> Self:
        """Return the state with this return added or replaced, and with an event of class `kind`."""
        event = kind(
            return_id=changed.return_id,
            status=changed.status,
            items=changed.items,
            refund_amount=changed.refund_amount,
            currency=self.purchase.currency,
            reason=changed.reason,
            requested_at=changed.requested_at,
            **fields,
        )
        others = {each.return_id: each for each in self.returns}
        returns = tuple((others | {changed.return_id: changed}).values())
        is_unsettled = not all(each.is_settled for each in returns)
        return self.with_event(
            event,
            cause,
            returns=returns,
            unsettled="yes" if is_unsettled else None,
            unsettled_since=cause.at if is_unsettled else None,
            runs_without_event=0,
        )
