"""Payments in their table, by order."""

from payment import Payment

from kernel.outbox import Outbox
from kernel.settings import setting


def payments() -> Outbox[Payment]:
    """Return the payments, by order."""
    return Outbox(setting("PAYMENTS_TABLE_NAME"), Payment)
