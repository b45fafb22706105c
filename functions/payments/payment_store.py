"""Repository of payments."""

from pydantic import TypeAdapter

from kernel.outbox import Outbox
from kernel.settings import setting
from payment import Payment

_PAYMENT: TypeAdapter[Payment] = TypeAdapter(Payment)


def payments() -> Outbox[Payment]:
    """Return the repository of payments by order id."""
    return Outbox(setting("PAYMENTS_TABLE_NAME"), _PAYMENT.validate_python)
