"""A conflict between transactions is a fault: waited out for a moment, then left to Step Functions."""

import pytest
from botocore.exceptions import ClientError

import stock_store
from kernel.dynamodb import dynamodb
from tests.saga_run import invoke_handler
from tests.shop_on_moto import ShopOnMoto

RETRIES = len(stock_store.CONFLICT_WAITS_SECONDS)


class Conflicts:
    """Lets the first so many transactions fail with a conflict, one of them beside a failed condition."""

    def __init__(self, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = count
        self.waits: list[float] = []
        client = dynamodb()
        real = client.transact_write_items

        def transact_write_items(**writes: object) -> object:
            if self.left == 0:
                return real(**writes)  # type: ignore[arg-type]
            self.left -= 1
            reasons = [{"Code": "TransactionConflict"}, {"Code": "ConditionalCheckFailed"}]
            response = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise client.exceptions.TransactionCanceledException(response, "TransactWriteItems")  # type: ignore[arg-type]

        monkeypatch.setattr(client, "transact_write_items", transact_write_items)
        monkeypatch.setattr(stock_store.time, "sleep", self.waits.append)


@pytest.mark.parametrize("conflicts", [1, RETRIES])
def test_a_conflict_that_passes_is_waited_out(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch, conflicts: int
) -> None:
    sku = shop.product(stock=5)
    command = shop.saga_input(shop.place((sku, 2)))
    waits = Conflicts(conflicts, monkeypatch).waits

    assert invoke_handler("ReserveStock", command) == {"outcome": "RESERVED"}
    assert shop.available(sku) == 3
    assert len(waits) == conflicts
    assert all(0 <= wait <= most for wait, most in zip(waits, stock_store.CONFLICT_WAITS_SECONDS, strict=False))


def test_a_conflict_that_lasts_is_a_fault_and_no_outcome(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    sku = shop.product(stock=5)
    command = shop.saga_input(shop.place((sku, 2)))
    Conflicts(RETRIES + 1, monkeypatch)

    with pytest.raises(ClientError, match="TransactionCanceled"):
        invoke_handler("ReserveStock", command)
    assert shop.available(sku) == 5


def test_the_waits_end_well_before_the_function_does() -> None:
    assert sum(stock_store.CONFLICT_WAITS_SECONDS) <= 2
