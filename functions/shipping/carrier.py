"""The carrier: the protocol that the service speaks, and the sandbox that answers here.

To go live, write a `Carrier` for yours and return it from `carrier`.
"""

from dataclasses import dataclass
from typing import Protocol

from botocore.exceptions import ClientError
from pydantic import BaseModel, ConfigDict

from kernel.dynamodb import current_item, dynamodb, is_condition_failure, to_item
from kernel.saga_step import ProviderUnavailable
from kernel.settings import setting


class CarrierUnavailable(ProviderUnavailable):
    """The carrier did not answer."""

    reason = "SHIPPING_UNAVAILABLE"


class Address(BaseModel):
    """Where the order goes. Personal data: it is handed to the carrier, and neither stored here nor logged."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    name: str
    line1: str
    city: str
    postal_code: str | None = None
    country: str


@dataclass(frozen=True)
class Booked:
    """`carrier` is its name, as customers know it."""

    carrier: str
    tracking_number: str


@dataclass(frozen=True)
class Refused:
    reason: str


class Carrier(Protocol):
    """A carrier that takes the order's id as the idempotency key of every call. All raise CarrierUnavailable."""

    def book(self, order_id: str, address: Address) -> Booked | Refused:
        """Book the transport, unless the order's booking was cancelled before."""

    def cancel(self, order_id: str) -> None:
        """Cancel the booking, and refuse to book anything for this order from now on."""


class SandboxCarrier:
    """A carrier without lorries. In Germany it refuses the postal code `00000` and never answers for `99999`.

    It books everything else, also these codes elsewhere: some countries have a code of that form, and where a country
    has none, people write `00000`.

    It keeps its own books, one item per order: what is booked.
    """

    def book(self, order_id: str, address: Address) -> Booked | Refused:
        test_input = address.postal_code if address.country == "DE" else None
        if test_input == "99999":
            raise CarrierUnavailable("the carrier does not answer (book)")
        if test_input == "00000":
            return Refused("ADDRESS_NOT_SERVED")
        books = self._book(order_id, "BOOKED", "attribute_not_exists(booked_as)")
        return Refused("CANCELLED") if books == "CANCELLED" else Booked("sandbox", f"SANDBOX-{order_id[:8].upper()}")

    def cancel(self, order_id: str) -> None:
        self._book(order_id, "CANCELLED", "attribute_not_exists(booked_as) OR booked_as = :booked", booked="BOOKED")

    def _book(self, order_id: str, entry: str, condition: str, **values: str) -> str:
        """Write `entry` into the books, where `condition` lets it; return what stands there then."""
        try:
            dynamodb().update_item(
                TableName=setting("SHIPPING_TABLE_NAME"),
                # Beside the service's own items, but never one of them: a sandbox needs no table of its own.
                Key=to_item({"order_id": f"sandbox-carrier#{order_id}"}),
                UpdateExpression="SET booked_as = :entry",
                ConditionExpression=condition,
                ExpressionAttributeValues=to_item(
                    {":entry": entry} | {f":{name}": value for name, value in values.items()}
                ),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
            return entry
        except ClientError as error:
            if not is_condition_failure(error):
                raise
            return str(current_item(error)["booked_as"])


def carrier() -> Carrier:
    """Return the carrier that orders go by."""
    return SandboxCarrier()
