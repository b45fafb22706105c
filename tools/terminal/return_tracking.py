"""Draft a return of an order, and track it until it is settled or waits for an operator."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal.order_tracking import DEADLINE_SECONDS, POLL_SECONDS, Snapshot, payment_hint, sort_events
from tools.terminal.shop import Json, Shop

DEFAULT_REASON = "No longer needed"


@dataclass(frozen=True)
class ReturnSnapshot(Snapshot):
    """The events of one return that the API has returned so far, in chronological order."""

    @property
    def status(self) -> str:
        """The status of the return, or NEEDS_ATTENTION."""
        return "NEEDS_ATTENTION" if self._newest.get("needs_attention") else str(self._newest.get("status", ""))

    @property
    def reason(self) -> str | None:
        """The operator's comment on a refusal, or the failed steps of the refund, else None."""
        return self._newest.get("comment") or ", ".join(self._newest.get("failed_steps", ())) or None

    @property
    def return_id(self) -> str:
        """The id of the return. The snapshot must hold at least one event."""
        return str(self.events[0]["data"]["return_id"])

    @property
    def return_events(self) -> list[Json]:
        """The events of the returns service. They carry the status of the return."""
        return [event for event in self.events if event["source"] == "returns"]

    @property
    def _newest(self) -> Json:
        return dict(max(self.return_events, key=lambda event: int(event["sequence"]), default={"data": {}})["data"])

    @property
    def is_complete(self) -> bool:
        """Whether the return is settled or waits for an operator, and its events have arrived."""
        match self.status:
            case "COMPLETED":
                restocks = any(event["data"].get("restock") for event in self.return_events)
                return self.types >= {"ReturnAccepted", "PaymentRefunded"} | ({"StockReturned"} if restocks else set())
            case _:
                return self.status == "REFUSED" or self.waits_for_operator


def draft_return(order: Json, sku: str | None = None, quantity: int | None = None, reason: str | None = None) -> Json:
    """Return the body of `POST /orders/{order_id}/returns`.

    Args:
        order: The view of the order.
        sku: SKUs, separated by commas. By default everything that can still be returned.
        quantity: The quantity of each SKU. By default all pieces that can still be returned.
        reason: Why the customer returns the items.

    Raises:
        LocalCloudError: The order cannot be returned, has no such product, or has fewer returnable pieces. The message
            contains a correct command.
    """
    order_id = order["order_id"]
    left = returnable(order)
    if (order.get("payment") or {}).get("status") != "CAPTURED":
        raise LocalCloudError(
            f"Order {order_id} is {order['status']}. Only a confirmed and paid order can be returned. {_next(order)}"
        )
    if not any(left.values()):
        raise LocalCloudError(
            f"Everything of order {order_id} is in a return already. Its returns: make show ORDER={order_id}"
        )
    wanted = sku.split(",") if sku else [each for each, pieces in left.items() if pieces]
    if quantity and not sku and len(wanted) > 1:
        example = _command(order_id, wanted[0], min(quantity, left[wanted[0]]))
        raise LocalCloudError(f"Which product? For example: {example}")
    for each in wanted:
        if each not in left:
            raise LocalCloudError(
                f"Order {order_id} has no product {each}. For example: {_command(order_id, *_most(left))}"
            )
        if left[each] < (quantity or 1):
            hint = _command(order_id, each, left[each]) if left[each] else _command(order_id, *_most(left))
            raise LocalCloudError(f"Only {left[each]} of {each} can be returned. For example: {hint}")
    items = [{"sku": each, "quantity": quantity or left[each]} for each in dict.fromkeys(wanted)]
    return {"items": items, "reason": reason or DEFAULT_REASON}


def returnable(order: Json) -> dict[str, int]:
    """Return the pieces of each SKU that are in no return, except in refused ones. None after a refund as lost."""
    left: dict[str, int] = {}
    for line in order["items"]:
        left[line["sku"]] = left.get(line["sku"], 0) + int(line["quantity"])
    for each in order.get("returns", ()):
        if each["status"] != "REFUSED":
            for line in each["items"]:
                left[line["sku"]] -= int(line["quantity"])
    if any(is_refund_of_lost_parcel(each) for each in order.get("returns", ())):
        return dict.fromkeys(left, 0)
    return left


def is_refund_of_lost_parcel(returned: Json) -> bool:
    """Return whether this return, or the data of its event, refunds a lost parcel. Such a return has no items."""
    return not returned["items"]


def amount_in_no_return(order: Json) -> int:
    """Return what was paid and is in no return, except in refused ones, in minor units."""
    return int(order["total"]) - sum(
        int(each["refund_amount"]) for each in order["returns"] if each["status"] != "REFUSED"
    )


def follow_return(shop: Shop, order_id: str, return_id: str, *, after: int = 0) -> Iterator[ReturnSnapshot]:
    """Yield a snapshot for each new event, until the return is settled or waits for an operator.

    Args:
        shop: The API, called by someone who may read the order.
        order_id: The order of the return.
        return_id: The return to track.
        after: The number of the return's own events that are known already. There must be more at the end, so a caller
            can wait for the effect of an operator's decision.

    Raises:
        LocalCloudError: The return is still in progress at the deadline.
    """
    deadline = time.monotonic() + DEADLINE_SECONDS
    snapshot = ReturnSnapshot(())
    while True:
        current = snapshot_of(shop, order_id, return_id)
        if current != snapshot:
            snapshot = current
            yield snapshot
        if len(snapshot.return_events) > after and snapshot.is_complete:
            return
        if time.monotonic() > deadline:
            raise LocalCloudError(
                f"Return {return_id} is {snapshot.status or 'not visible'} after {DEADLINE_SECONDS} s.\n"
                f"  make history ORDER={order_id}    shows the runs of its refund\n"
                "  make status    shows the queues that still hold messages, including dead letters"
            )
        time.sleep(POLL_SECONDS)


def follow_refund_of_lost_parcel(shop: Shop, order_id: str) -> Iterator[ReturnSnapshot]:
    """Wait for the return that refunds the lost parcel of an order, then follow it like `follow_return`.

    Raises:
        LocalCloudError: There is no such return at the deadline, or it is still in progress.
    """
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        for event in shop.events(order_id):
            if event["type"] == "ReturnAccepted" and is_refund_of_lost_parcel(event["data"]):
                yield from follow_return(shop, order_id, event["data"]["return_id"])
                return
        time.sleep(POLL_SECONDS)
    raise LocalCloudError(
        f"Order {order_id} has no refund of its lost parcel after {DEADLINE_SECONDS} s.\n"
        f"  make show ORDER={order_id}    shows whether it is paid: the refund waits for the payment\n"
        "  make status    shows the queues that still hold messages, including dead letters"
    )


def snapshot_of(shop: Shop, order_id: str, return_id: str) -> ReturnSnapshot:
    """Return the events of the return that have arrived so far."""
    events = (event for event in shop.events(order_id) if event["data"].get("return_id") == return_id)
    return ReturnSnapshot(tuple(sort_events(events)))


def _next(order: Json) -> str:
    match order["status"]:
        case "AWAITING_PAYMENT":
            return payment_hint(order["order_id"])
        case "IN_REVIEW" | "NEEDS_ATTENTION":
            return "An operator must decide first: make tasks"
        case "REJECTED" | "CANCELLED":
            return "To place another order: make order"
        case _:
            return f"To see its state: make show ORDER={order['order_id']}"


def _most(left: Mapping[str, int]) -> tuple[str, int]:
    return max(left.items(), key=lambda entry: entry[1])


def _command(order_id: str, sku: str, quantity: int) -> str:
    return f"make return ORDER={order_id} SKU={sku} QUANTITY={quantity}"
