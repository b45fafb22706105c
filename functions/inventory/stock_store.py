"""Products and reservations in their table. Its key is a SKU or an order's id; no SKU looks like an id.

A product's level is changed by blind updates (no read before the write), so that many orders for one product do
not make each other try again. The level and its version are all that is stored; the stream tells the event.
"""

from collections.abc import Sequence
from typing import Any

from kernel.cloud_event import Cause
from kernel.dynamodb import cancellation_codes, dynamodb, from_item, to_item, transaction_conflict
from kernel.outbox import Outbox
from kernel.settings import setting

from botocore.exceptions import ClientError

from stock import SOURCE, ProductLevel, ProductStocked, Reservation, ReservedLine, StockLevelChanged
from turnstile import Turnstile

# So often a call waits for its turn, after conflicts with other transactions.
TURNS = 3


class OutOfStock(Exception):
    """There are too few of these products. `skus` lists them."""

    def __init__(self, skus: Sequence[str]) -> None:
        super().__init__(", ".join(skus))
        self.skus = list(skus)


class AnsweredAlready(Exception):
    """Another run has changed the reservation meanwhile."""


def reservations() -> Outbox[Reservation]:
    """Return the reservations, by order."""
    return Outbox(setting("INVENTORY_TABLE_NAME"), Reservation, key="subject")


def put_product(level: ProductLevel, cause: Cause) -> None:
    """Put the product on the shelf as `level` says, whatever was there before."""
    dynamodb().update_item(
        TableName=setting("INVENTORY_TABLE_NAME"),
        Key=to_item({"subject": level.sku}),
        UpdateExpression="SET #level = :level, level_event = :event ADD version :one",
        ExpressionAttributeNames={"#level": "level"},
        ExpressionAttributeValues=to_item(
            {
                ":level": level.model_dump(mode="json"),
                ":event": _header(ProductStocked, cause, level.sku),
                ":one": 1,
            }
        ),
    )


def take(reservation: Reservation, cause: Cause) -> None:
    """Lower the levels and store the reservation, all in one transaction, or nothing.

    Raises:
        OutOfStock: there are too few of some product, or no such product.
        AnsweredAlready: the order has a reservation already.
        ClientError, TooLongAQueue: a fault; among them a conflict with other transactions that outlasts our patience.
    """
    _move(reservation, -1, cause)


def give_back(reservation: Reservation, cause: Cause) -> None:
    """Raise the levels again and store the released reservation, all in one transaction, or nothing.

    Raises: as `take`, but for OutOfStock.
    """
    _move(reservation, +1, cause)


def _move(reservation: Reservation, sign: int, cause: Cause) -> None:
    outbox = reservations()
    updates = [_update_level(line, sign, reservation.order_id, cause) for line in reservation.items]
    put = {"Put": {"TableName": outbox.table_name, **outbox.put(reservation)}}
    turnstile = Turnstile()
    for _ in range(TURNS):
        try:
            return _move_once(reservation, [*updates, put])
        except dynamodb().exceptions.TransactionCanceledException as error:
            wanted = _refused_by_a_conflict(reservation, error)
        if sign < 0:
            _refuse_what_is_sold_out(reservation)
        turnstile.wait(wanted)
    return _move_once(reservation, [*updates, put])


def _move_once(reservation: Reservation, writes: list[dict[str, Any]]) -> None:
    codes = _transact(writes)
    if not codes:
        return
    if codes[-1] == "ConditionalCheckFailed":
        raise AnsweredAlready(reservation.order_id)
    raise OutOfStock(
        [line.sku for line, code in zip(reservation.items, codes, strict=False) if code == "ConditionalCheckFailed"]
    )


def _transact(writes: list[dict[str, Any]]) -> list[str]:
    """Write all or nothing; return the codes of the conditions that refused it."""
    try:
        dynamodb().transact_write_items(TransactItems=writes)  # type: ignore[arg-type]
    except dynamodb().exceptions.TransactionCanceledException as error:
        return cancellation_codes(error)
    return []


def _refused_by_a_conflict(reservation: Reservation, error: ClientError) -> str:
    """Return the product that another transaction holds; of several the first, and the first of all where it says none.

    Raises:
        ClientError: the error itself, where it is no conflict.
    """
    if not transaction_conflict(error):
        raise error
    codes = [reason.get("Code") for reason in error.response["CancellationReasons"]]
    held = [line.sku for line, code in zip(reservation.items, codes, strict=False) if code == "TransactionConflict"]
    return (held or [line.sku for line in reservation.items])[0]


def _refuse_what_is_sold_out(reservation: Reservation) -> None:
    """Look before another try: a crowd before an empty shelf need not queue. Raises: OutOfStock."""
    short = []
    for line in reservation.items:
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
            "Key": to_item({"subject": line.sku}),
            "UpdateExpression": (
                "SET #level.available = #level.available + :change, level_event = :event ADD version :one"
            ),
            "ConditionExpression": "#level.available >= :needed",
            "ExpressionAttributeNames": {"#level": "level"},
            "ExpressionAttributeValues": to_item(
                {
                    ":change": sign * line.quantity,
                    ":needed": line.quantity if sign < 0 else 0,
                    ":event": _header(StockLevelChanged, cause, order_id),
                    ":one": 1,
                }
            ),
        }
    }


def _header(event: type[ProductLevel], cause: Cause, correlation_id: str) -> dict[str, Any]:
    header = {
        "source": SOURCE,
        "type": event.__name__,
        "schema_version": event.schema_version,
        "time": cause.at,
        "correlationid": correlation_id,
        "causationid": cause.causation_id,
        "traceparent": cause.traceparent,
    }
    return {name: value for name, value in header.items() if value is not None}
