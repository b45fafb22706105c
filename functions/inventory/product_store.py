"""Repository of products and adjustments in the inventory table: the writes of operators.

| item | subject | attributes |
|---|---|---|
| a product | its SKU | a level: see kernel.event_items |
| a reservation | the order id, which is never a SKU | a state with its events: see kernel.event_items |
| an adjustment | `adjustment#{sku}#{Idempotency-Key}` | the request, the operator, the resulting level |
| a retry schedule | `retry-schedule#{sku}` | see retry_schedule.py |

An edit of name or price does not change the level. Code that sets a level requires its version. Orders change a level
without it: see reservation_store.
"""

from typing import Any

from botocore.exceptions import ClientError

from kernel.cloud_event import Cause
from kernel.dynamodb import (
    cancellation_codes,
    current_item,
    dynamodb,
    from_item,
    is_condition_failure,
    is_transaction_conflict,
    to_item,
)
from kernel.event_items import level_event_envelope, level_update
from kernel.outbox import ConcurrentChange
from kernel.settings import setting
from retry_schedule import RetrySchedule
from stock import (
    SOURCE,
    Adjustment,
    ProductDetails,
    ProductLevel,
    ProductStocked,
    StockLevelChanged,
    VersionedLevel,
)

# The number of attempts of an adjustment. More than for an order, because an adjustment also fails if an order changes
# the level between the read and the write.
ADJUSTMENT_ATTEMPTS = 8


class ProductExists(Exception):
    """A product with this SKU exists. `current` is its level."""

    def __init__(self, current: VersionedLevel) -> None:
        super().__init__(current.level.sku)
        self.current = current


class VersionConflict(Exception):
    """The level has another version. `current` is the stored level, or None if there is no such product."""

    def __init__(self, current: VersionedLevel | None) -> None:
        super().__init__(current and current.version)
        self.current = current


class NoSuchProduct(Exception):
    """There is no product with this SKU."""


class _ConditionFailed(Exception):
    """The condition of a write failed. `current` is the stored level, or None if there is no such product."""

    def __init__(self, current: VersionedLevel | None) -> None:
        super().__init__()
        self.current = current


def add_product(level: ProductStocked, cause: Cause) -> VersionedLevel:
    """Store a new product with its first level.

    Raises:
        ProductExists: A product with this SKU exists.
    """
    try:
        return _write_level(
            level.sku,
            "#level = :level",
            {":level": level.model_dump(mode="json")},
            ProductStocked,
            cause,
            condition="attribute_not_exists(subject)",
        )
    except _ConditionFailed as failure:
        if failure.current is None:
            raise ConcurrentChange(level.sku) from None
        raise ProductExists(failure.current) from None


def edit_product(
    details: ProductDetails, cause: Cause, *, version: int | None = None, available: int | None = None
) -> VersionedLevel:
    """Change the name and price of an existing product, and its level if `available` is given.

    Args:
        details: The name and the price.
        cause: The cause of the event.
        version: The required version of the level, or None for any version.
        available: The new level. A caller that passes it must also pass `version`.

    Raises:
        VersionConflict: The level has another version, or there is no such product.
    """
    changes: dict[str, Any] = {
        "name": details.name,
        "unit_price": details.unit_price,
        "currency": details.currency,
    }
    if available is not None:
        changes["available"] = available
    values = {f":{name}": value for name, value in changes.items()}
    if version is not None:
        values[":expected"] = version
    try:
        return _write_level(
            details.sku,
            ", ".join(f"#level.#{name} = :{name}" for name in changes),
            values,
            ProductStocked,
            cause,
            names={f"#{name}": name for name in changes},
            condition="attribute_exists(subject)" if version is None else "version = :expected",
        )
    except _ConditionFailed as failure:
        raise VersionConflict(failure.current) from None


def edit_or_add_product(details: ProductDetails, cause: Cause) -> VersionedLevel:
    """Change the name and price of a product, or add it with the level 0."""
    try:
        return edit_product(details, cause)
    except VersionConflict:
        pass
    try:
        return add_product(details.with_stock(0), cause)
    except ProductExists:
        # Another request added the product in the meantime, and no request deletes a product.
        return edit_product(details, cause)


def adjust(requested: Adjustment, cause: Cause) -> Adjustment:
    """Change a level by `requested.change` and store the adjustment under its Idempotency-Key, in one transaction.

    Returns:
        The stored adjustment: this one, or the one of an earlier request with the same key.

    Raises:
        NoSuchProduct: There is no product with this SKU.
        OutOfRange: The level would be out of range.
        ConcurrentChange: Other writers changed the level first at every attempt.
        ScheduleFull: Other transactions occupy all slots of the retry schedule.
        ClientError: A fault of DynamoDB.
    """
    retry_schedule = RetrySchedule()
    for _ in range(ADJUSTMENT_ATTEMPTS):
        if earlier := _load_adjustment(requested):
            return earlier
        adjustment = requested.applied_to(_load_level(requested.sku))
        try:
            dynamodb().transact_write_items(
                TransactItems=[_set_level(adjustment, cause), _put_adjustment(adjustment)]  # type: ignore[list-item]
            )
            return adjustment
        except dynamodb().exceptions.TransactionCanceledException as error:
            if not is_transaction_conflict(error):
                cancellation_codes(error)  # raises, unless only conditions failed
        # Another writer, such as an order or a duplicate of this request, came first. Retry in a slot of the schedule.
        retry_schedule.wait(requested.sku)
    raise ConcurrentChange(requested.sku)


def _write_level(
    sku: str,
    changes: str,
    values: dict[str, Any],
    event: type[ProductLevel],
    cause: Cause,
    *,
    condition: str,
    names: dict[str, str] | None = None,
) -> VersionedLevel:
    """Update the item of a product together with its event, and return the stored level.

    Raises:
        _ConditionFailed: The condition failed.
    """
    try:
        response = dynamodb().update_item(
            TableName=setting("INVENTORY_TABLE_NAME"),
            **level_update(
                sku,
                changes,
                condition,
                level_event_envelope(event, SOURCE, cause, correlation_id=sku),
                names=names,
                values=values,
            ),
            ReturnValues="ALL_NEW",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        if not is_condition_failure(error):
            raise
        current = current_item(error) if "Item" in error.response else {}
        raise _ConditionFailed(_level_of(current) if "level" in current else None) from None
    return _level_of(from_item(response["Attributes"]))


def _load_level(sku: str) -> VersionedLevel:
    """Return the current level of the product.

    Raises:
        NoSuchProduct: There is no product with this SKU.
    """
    item = _load(sku)
    if "level" not in item:
        raise NoSuchProduct(sku)
    return _level_of(item)


def _level_of(item: dict[str, Any]) -> VersionedLevel:
    # During a canary, a newer version may have written a member that this one does not know.
    level = ProductLevel.model_validate(item["level"], extra="ignore")
    return VersionedLevel(level=level, version=item["version"])


def _load_adjustment(requested: Adjustment) -> Adjustment | None:
    """Return the adjustment that is stored under the same key, or None."""
    item = _load(_adjustment_key(requested))
    return Adjustment.model_validate(item) if item else None


def _load(subject: str) -> dict[str, Any]:
    response = dynamodb().get_item(
        TableName=setting("INVENTORY_TABLE_NAME"), Key=to_item({"subject": subject}), ConsistentRead=True
    )
    return from_item(response.get("Item", {}))


def _adjustment_key(adjustment: Adjustment) -> str:
    # Different from every SKU, because a SKU cannot contain `#`.
    return f"adjustment#{adjustment.sku}#{adjustment.key}"


def _put_adjustment(adjustment: Adjustment) -> dict[str, Any]:
    # Without an expiry, because a late duplicate of the request would apply the adjustment again.
    item = adjustment.model_dump(mode="json") | {"subject": _adjustment_key(adjustment)}
    return {
        "Put": {
            "TableName": setting("INVENTORY_TABLE_NAME"),
            "Item": to_item(item),
            "ConditionExpression": "attribute_not_exists(subject)",
        }
    }


def _set_level(adjustment: Adjustment, cause: Cause) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": setting("INVENTORY_TABLE_NAME"),
            **level_update(
                adjustment.sku,
                "#level.available = :available",
                "version = :seen",
                level_event_envelope(StockLevelChanged, SOURCE, cause, correlation_id=adjustment.sku),
                values={":available": adjustment.available, ":seen": adjustment.version - 1},
            ),
        }
    }
