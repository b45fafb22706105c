"""Repository of reservations in the inventory table: the writes of orders. product_store lists the table's items.

Orders change a level with blind updates (without a read before the write), because with optimistic locking many orders
for one product would make each other retry.
"""

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

from kernel.cloud_event import Cause
from kernel.dynamodb import cancellation_codes, dynamodb, from_item, is_transaction_conflict, to_item
from kernel.event_items import level_event_envelope, level_update
from kernel.outbox import Outbox
from kernel.settings import setting
from retry_schedule import RetrySchedule
from stock import SOURCE, Reservation, ReservedLine, StockLevelChanged

# The number of retries of an order after conflicts with other transactions.
RETRIES = 3


class OutOfStock(Exception):
    """The products `skus` do not have enough stock."""

    def __init__(self, skus: Sequence[str]) -> None:
        super().__init__(", ".join(skus))
        self.skus = list(skus)


class ReservationChanged(Exception):
    """Version conflict: another run of the saga changed the reservation first."""


def reservations() -> Outbox[Reservation]:
    """Return the repository of reservations by order id."""
    return Outbox(setting("INVENTORY_TABLE_NAME"), Reservation.model_validate, key="subject")


def reserve(reservation: Reservation, cause: Cause) -> None:
    """Decrease the levels and store the reservation, in one transaction.

    Raises:
        OutOfStock: A product does not exist, or does not have enough stock.
        ReservationChanged: The order already has a reservation.
        ScheduleFull: Other transactions occupy all slots of the retry schedule.
        ClientError: A fault of DynamoDB, such as a conflict with other transactions at every attempt.
    """
    _change_levels(reservation, reservation.items, -1, cause)


def release(reservation: Reservation, cause: Cause) -> None:
    """Increase the levels and store the released reservation, in one transaction.

    Raises:
        ReservationChanged: Another run changed the reservation first.
        ScheduleFull: Other transactions occupy all slots of the retry schedule.
        ClientError: A fault of DynamoDB, such as a conflict with other transactions at every attempt.
    """
    _change_levels(reservation, reservation.items, +1, cause)


def restock(reservation: Reservation, items: Sequence[ReservedLine], cause: Cause) -> None:
    """Increase the levels by the returned `items` and store the reservation, in one transaction.

    Raises:
        ReservationChanged: Another run changed the reservation first.
        ScheduleFull: Other transactions occupy all slots of the retry schedule.
        ClientError: A fault of DynamoDB, such as a conflict with other transactions at every attempt.
    """
    _change_levels(reservation, items, +1, cause)


def _change_levels(reservation: Reservation, lines: Sequence[ReservedLine], sign: int, cause: Cause) -> None:
    outbox = reservations()
    updates = [_update_level(line, sign, reservation.order_id, cause) for line in lines]
    writes = [*updates, {"Put": {"TableName": outbox.table_name, **outbox.put(reservation)}}]
    retry_schedule = RetrySchedule()
    for _ in range(RETRIES):
        try:
            return _change_levels_once(reservation.order_id, lines, writes)
        except dynamodb().exceptions.TransactionCanceledException as error:
            if not is_transaction_conflict(error):
                raise
            if not lines:
                # The reservation is the only item, so another run is changing it: the caller reads it again.
                raise ReservationChanged(reservation.order_id) from error
            sku = _conflicting_sku(lines, error)
        if sign < 0:
            _check_availability(lines)
        retry_schedule.wait(sku)
    return _change_levels_once(reservation.order_id, lines, writes)


def _change_levels_once(order_id: str, lines: Sequence[ReservedLine], writes: list[dict[str, Any]]) -> None:
    codes = _transact(writes)
    if not codes:
        return
    if codes[-1] == "ConditionalCheckFailed":
        raise ReservationChanged(order_id)
    raise OutOfStock([line.sku for line, code in zip(lines, codes, strict=False) if code == "ConditionalCheckFailed"])


def _transact(writes: list[dict[str, Any]]) -> list[str]:
    """Write all items or none. Return one code per write if a condition failed, or an empty list after success."""
    try:
        dynamodb().transact_write_items(TransactItems=writes)  # type: ignore[arg-type]
    except dynamodb().exceptions.TransactionCanceledException as error:
        return cancellation_codes(error)
    return []


def _conflicting_sku(lines: Sequence[ReservedLine], error: ClientError) -> str:
    """Return the first product with a transaction conflict. If DynamoDB names none, return the first product."""
    codes = [reason.get("Code") for reason in error.response["CancellationReasons"]]
    conflicting = [line.sku for line, code in zip(lines, codes, strict=False) if code == "TransactionConflict"]
    return (conflicting or [line.sku for line in lines])[0]


def _check_availability(lines: Sequence[ReservedLine]) -> None:
    """Read the levels before a retry, because an order for a sold-out product does not have to wait.

    Raises:
        OutOfStock: A product does not have enough stock.
    """
    short = []
    for line in lines:
        item = dynamodb().get_item(
            TableName=setting("INVENTORY_TABLE_NAME"), Key=to_item({"subject": line.sku}), ConsistentRead=True
        )
        if from_item(item.get("Item", {})).get("level", {}).get("available", 0) < line.quantity:
            short.append(line.sku)
    if short:
        raise OutOfStock(short)


def _update_level(line: ReservedLine, sign: int, order_id: str, cause: Cause) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": setting("INVENTORY_TABLE_NAME"),
            **level_update(
                line.sku,
                "#level.available = #level.available + :change",
                "#level.available >= :needed",
                level_event_envelope(StockLevelChanged, SOURCE, cause, correlation_id=order_id),
                values={":change": sign * line.quantity, ":needed": line.quantity if sign < 0 else 0},
            ),
        }
    }
