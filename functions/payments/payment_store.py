"""Payments in their table, by order."""

from kernel.outbox import Outbox
from kernel.settings import setting

from payment import Payment


def payments() -> Outbox[Payment]:
    """Return the payments, by order."""
    return Outbox(setting("PAYMENTS_TABLE_NAME"), Payment)
