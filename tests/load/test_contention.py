"""A rush of orders on a table whose transactions conflict: pytest tests/load/test_contention.py -s."""

import os
from unittest.mock import patch

from tests.load.contention import show
from tools.terminal.console import SafeConsole


def test_concurrent_reservations_succeed_within_the_sagas_retries() -> None:
    with patch.dict(os.environ, INVENTORY_TABLE_NAME="Inventory", AWS_DEFAULT_REGION="us-east-1"):
        outcomes = show(SafeConsole(highlight=False, width=140))

    for rush, outcome in outcomes.items():
        if rush.orders == 200:
            assert outcome.ends == {"RESERVED": 200}
        assert outcome.sold == outcome.ends["RESERVED"] <= rush.stock
        # Reservations fail only if the product is sold out.
        assert outcome.ends["OUT_OF_STOCK"] == 0 or outcome.sold == rush.stock
