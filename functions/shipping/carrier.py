"""The carrier: the protocol that the service uses, and the sandbox implementation of this application.

To go live, write a `Carrier` for your carrier and return it from `carrier`.
"""

import os
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from kernel import planned_fault
from kernel.saga_step import ProviderUnavailable


class CarrierUnavailable(ProviderUnavailable):
    """The carrier did not answer."""

    reason = "SHIPPING_UNAVAILABLE"


class Address(BaseModel):
    """The shipping address. Personal data: the service passes it to the carrier, and neither stores nor logs it."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    name: str
    line1: str
    city: str
    postal_code: str | None = None
    country: str


@dataclass(frozen=True)
class Booked:
    """A booking. `carrier` is the name that customers know."""

    carrier: str
    tracking_number: str


@dataclass(frozen=True)
class Refused:
    reason: str


class Carrier(Protocol):
    """A carrier. Every call uses the order id as idempotency key and can raise CarrierUnavailable."""

    def book(self, order_id: str, address: Address) -> Booked | Refused:
        """Book the shipment, unless the booking of the order was cancelled before."""

    def cancel(self, order_id: str) -> None:
        """Cancel the booking, and refuse all later bookings of this order."""


class SandboxCarrier:
    """A simulated carrier. In Germany it refuses the postal code `00000` and does not answer for `99999`.

    It books every other address. In other countries both codes can be valid, or customers enter `00000` because the
    country has no postal codes. The carrier stores one item per order with the status of the booking and its tracking
    number. The sandbox service reads the item, reports the movements of the parcel, and plans faults in the item
    (kernel/planned_fault.py).
    """

    def book(self, order_id: str, address: Address) -> Booked | Refused:
        test_input = address.postal_code if address.country == "DE" else None
        if test_input == "99999":
            raise CarrierUnavailable("the carrier does not answer (book)")
        if test_input == "00000":
            return Refused("ADDRESS_NOT_SERVED")
        match self._store("book", order_id, "BOOKED", unless=("BOOKED", "CANCELLED")):
            case "fail":
                raise CarrierUnavailable("the carrier does not answer (book)")
            case "refuse":
                return Refused("ADDRESS_NOT_SERVED")
            case "CANCELLED":
                return Refused("CANCELLED")
            case _:
                return Booked("sandbox", _tracking_number(order_id))

    def cancel(self, order_id: str) -> None:
        self._store("cancel", order_id, "CANCELLED", unless=("CANCELLED",))

    def _store(self, operation: str, order_id: str, status: str, *, unless: tuple[str, ...]) -> str:
        """Store `status`, unless the stored status is one of `unless`.

        Returns:
            The stored status, or the planned effect of the operation: `fail` or `refuse`.
        """
        answer = planned_fault.call(
            f"carrier#{order_id}",
            operation,
            "SET booked_as = :status, tracking_number = :tracking_number",
            "attribute_not_exists(booked_as) OR NOT booked_as IN ({})".format(
                ", ".join(f":unless{index}" for index in range(len(unless)))
            ),
            {":status": status, ":tracking_number": _tracking_number(order_id)}
            | {f":unless{index}": each for index, each in enumerate(unless)},
        )
        return answer.planned or (status if answer.existing is None else str(answer.existing["booked_as"]))


def _tracking_number(order_id: str) -> str:
    return f"SANDBOX-{order_id[:8].upper()}"


def carrier() -> Carrier:
    """Return the carrier of this application.

    Raises:
        RuntimeError: The stack has no sandbox providers, and this function returns no real one.
    """
    if not os.environ.get("SANDBOX_TABLE_NAME"):
        raise RuntimeError("This stack has no carrier: see docs/how-to/use-a-real-provider.md.")
    return SandboxCarrier()
