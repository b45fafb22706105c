"""The sandbox providers' own records, which SandboxGateway and SandboxCarrier create.

A record also says what the sandbox API has done: `decided_at` of a payment, `moved_at` of a shipment. A plan of faults
can create a record before the provider does (kernel/planned_fault.py).
"""

from typing import Any

from botocore.exceptions import ClientError

from kernel.dynamodb import dynamodb, from_item, get_items, is_condition_failure, to_item
from kernel.planned_fault import fault_attribute
from kernel.settings import setting
from kernel.timestamps import now

# By operation: its effect, and how many calls have it.
Faults = dict[str, dict[str, Any]]

OPERATIONS = {"gateway": ("authorize", "capture", "void", "refund"), "carrier": ("book",)}


class NothingPending(Exception):
    """The provider has no record in the required status."""


def decide_payment(order_id: str, status: str) -> dict[str, Any]:
    """Store the customer's decision, `HELD` or `DECLINED`, and return the record.

    Raises:
        NothingPending: The payment does not wait for the customer, or has another decision.
    """
    return _update(
        f"gateway#{order_id}",
        "SET sandbox_status = :status, decided_at = :now",
        "sandbox_status = :pending OR (sandbox_status = :status AND attribute_exists(decided_at))",
        {":status": status, ":pending": "PENDING", ":now": now()},
    )


def move_shipment(order_id: str, status: str) -> str:
    """Store the parcel's last movement, and return its tracking number.

    Raises:
        NothingPending: The carrier has no booking.
    """
    record = _update(
        f"carrier#{order_id}",
        "SET last_movement = :status, moved_at = :now",
        "booked_as = :booked",
        {":status": status, ":booked": "BOOKED", ":now": now()},
    )
    return str(record["tracking_number"])


def plan_faults(order_id: str, faults: Faults) -> None:
    """Replace the planned faults of an order, which may be placed later."""
    for provider, operations in OPERATIONS.items():
        planned = {each: faults[each] for each in operations if each in faults}
        changes = {
            "SET": [f"{fault_attribute(each)} = :{each}" for each in planned],
            "REMOVE": [fault_attribute(each) for each in operations if each not in planned],
        }
        expression = " ".join(f"{clause} {', '.join(parts)}" for clause, parts in changes.items() if parts)
        values = to_item({f":{each}": fault for each, fault in planned.items()})
        dynamodb().update_item(
            TableName=setting("SANDBOX_TABLE_NAME"),
            Key=to_item({"record": f"{provider}#{order_id}"}),
            UpdateExpression=expression,
            **({"ExpressionAttributeValues": values} if values else {}),  # type: ignore[arg-type]
        )


def planned_faults(order_id: str) -> Faults:
    """Return the planned faults of an order that have not happened yet."""
    records = get_items(
        setting("SANDBOX_TABLE_NAME"), [{"record": f"{provider}#{order_id}"} for provider in OPERATIONS]
    )
    stored = {name: value for record in records for name, value in record.items()}
    return {
        each: stored[fault_attribute(each)]
        for operations in OPERATIONS.values()
        for each in operations
        if fault_attribute(each) in stored
    }


def _update(record: str, changes: str, condition: str, values: dict[str, str]) -> dict[str, Any]:
    try:
        response = dynamodb().update_item(
            TableName=setting("SANDBOX_TABLE_NAME"),
            Key=to_item({"record": record}),
            UpdateExpression=changes,
            ConditionExpression=condition,
            ExpressionAttributeValues=to_item(values),
            ReturnValues="ALL_NEW",
        )
    except ClientError as error:
        if not is_condition_failure(error):
            raise
        raise NothingPending(record) from None
    return from_item(response["Attributes"])
