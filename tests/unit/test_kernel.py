"""The small modules of the kernel: times, money, problems, settings, traces, transactions."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pydantic import TypeAdapter, ValidationError

import kernel.dynamodb
from kernel.currencies import MINOR_UNIT_DIGITS
from kernel.dynamodb import (
    UNPROCESSED_BACKOFF_SECONDS,
    KeysUnprocessed,
    cancellation_codes,
    from_item,
    get_items,
    to_item,
)
from kernel.init_phase import cached_at_init
from kernel.money import Money, format_money
from kernel.observability import traceparent
from kernel.order_id import order_id_of
from kernel.problems import Problem, json_pointer
from kernel.settings import setting
from kernel.timestamps import Timestamp, now, timestamp

TIMESTAMP = TypeAdapter(Timestamp)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 20, 15, 38, tzinfo=UTC), "2026-11-20T15:38:00.000000Z"),
        (datetime(2026, 11, 20, 15, 38, 0, 123, tzinfo=UTC), "2026-11-20T15:38:00.000123Z"),
        (datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2))), "2025-12-31T23:00:00.000000Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00.000000Z"),
    ],
)
def test_a_time_is_utc_with_microseconds_and_a_fixed_width(moment: datetime, text: str) -> None:
    assert timestamp(moment) == text
    assert TIMESTAMP.validate_python(text) == text
    assert datetime.fromisoformat(text) == moment


def test_now_is_a_timestamp() -> None:
    assert TIMESTAMP.validate_python(now())


@pytest.mark.parametrize("text", ["", "2026-11-20", "2026-11-20T15:38:00Z", "2026-11-20T15:38:00.000000+00:00"])
def test_a_time_of_another_width_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        TIMESTAMP.validate_python(text)


@pytest.mark.parametrize("amount", [-1, 1.5, "x", None])
def test_money_is_a_whole_number_of_minor_units(amount: object) -> None:
    with pytest.raises(ValidationError):
        Money.model_validate({"amount": amount, "currency": "EUR"})


@pytest.mark.parametrize("currency", ["eur", "XXX", "XTS", "", "EURO"])
def test_money_has_a_currency_of_iso_4217(currency: str) -> None:
    with pytest.raises(ValidationError):
        Money(amount=1, currency=currency)


def test_currencies_are_three_letters() -> None:
    assert {"EUR", "USD", "JPY", "CHF"} <= MINOR_UNIT_DIGITS.keys()
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in MINOR_UNIT_DIGITS)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1234, "EUR", "12.34 EUR"),
        (5, "EUR", "0.05 EUR"),
        # Libraries often display these without minor units: HUF (two digits) and IQD (three digits).
        (4_990_000, "HUF", "49900.00 HUF"),
        (4_990_000, "IQD", "4990.000 IQD"),
        (1234, "JPY", "1234 JPY"),
        (1234, "KWD", "1.234 KWD"),
        (10**15 + 1, "EUR", "10000000000000.01 EUR"),
        (1234, "BGN", "12.34 BGN"),
    ],
)
def test_an_amount_has_the_decimals_of_iso_4217(amount: int, currency: str, text: str) -> None:
    assert format_money(amount, currency) == text


def test_a_problem_document_has_the_members_of_rfc_9457() -> None:
    problem = Problem(422, "No.", kind="odd", errors=[{"pointer": "/a", "detail": "b"}])

    assert problem.document("/orders#1") == {
        "type": "urn:serverless-orders:problem:odd",
        "title": "Unprocessable Content",
        "status": 422,
        "detail": "No.",
        "instance": "/orders#1",
        "errors": [{"pointer": "/a", "detail": "b"}],
    }


def test_a_problem_without_its_own_type_has_the_type_about_blank() -> None:
    assert Problem(404, "No.").document("/")["type"] == "about:blank"


@pytest.mark.parametrize(
    ("path", "pointer"), [((), ""), (("items", 0, "sku"), "/items/0/sku"), (("a/b", "~", ""), "/a~1b/~0/")]
)
def test_a_json_pointer_escapes_as_rfc_6901_says(path: tuple[str | int, ...], pointer: str) -> None:
    assert json_pointer(*path) == pointer


def test_the_error_for_a_missing_setting_names_the_setting_and_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEAPOT", raising=False)

    with pytest.raises(RuntimeError, match=r"TEAPOT.*template\.yaml"):
        setting("TEAPOT")


@pytest.mark.parametrize(
    ("header", "parent"),
    [
        (
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
            "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01",
        ),
        (
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=a:0",
            "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-00",
        ),
        ("Root=1-5759e988-bd862e3fe1be46a994272793", None),
        ("nonsense", None),
    ],
)
def test_a_trace_id_has_the_format_of_w3c(monkeypatch: pytest.MonkeyPatch, header: str, parent: str | None) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", header)

    assert traceparent() == parent


def test_values_are_unchanged_after_a_round_trip_through_dynamodb() -> None:
    values = {"text": "é", "yes": True, "list": [1, {"deep": [2]}], "empty": {}, "large": 10**30}

    assert from_item(to_item({**values, "absent": None})) == values


def cancelled(*codes: str) -> ClientError:
    response = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": [{"Code": c} for c in codes]}
    return ClientError(response, "TransactWriteItems")  # type: ignore[arg-type]


class BusyTable:
    """Return one key per call, and leave the others unprocessed. With `gets_stuck`, return none in the end."""

    def __init__(self, *, gets_stuck: bool) -> None:
        self.gets_stuck = gets_stuck

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 (as boto3 has it)
        ((table, wanted),) = RequestItems.items()
        first, *rest = wanted["Keys"]
        left = [first, *rest] if self.gets_stuck and not rest else rest
        answered = [] if left[:1] == [first] else [first]
        return {"Responses": {table: answered}, "UnprocessedKeys": {table: {"Keys": left}} if left else {}}


def test_unprocessed_keys_are_requested_again(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(kernel.dynamodb.time, "sleep", waits.append)
    monkeypatch.setattr(kernel.dynamodb, "dynamodb", lambda: BusyTable(gets_stuck=False))
    keys = [{"pk": name} for name in ("a", "b", "c")]

    assert list(get_items("Views", keys)) == keys
    assert len(waits) == 3
    assert all(0 <= wait <= most for wait, most in zip(waits, UNPROCESSED_BACKOFF_SECONDS, strict=False))
    assert list(get_items("Views", [])) == []


def test_a_table_that_remains_too_busy_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel.dynamodb.time, "sleep", lambda _: None)
    monkeypatch.setattr(kernel.dynamodb, "dynamodb", lambda: BusyTable(gets_stuck=True))
    found = get_items("Views", [{"pk": "a"}, {"pk": "b"}])

    assert next(found) == {"pk": "a"}
    with pytest.raises(KeysUnprocessed):
        next(found)


def test_failed_conditions_are_a_result() -> None:
    codes = ["None", "ConditionalCheckFailed", "None"]

    assert cancellation_codes(cancelled(*codes)) == codes


@pytest.mark.parametrize(
    "codes", [[], ["TransactionConflict"], ["ConditionalCheckFailed", "TransactionConflict"], ["ThrottlingError"]]
)
def test_any_other_cancellation_of_a_transaction_is_an_error(codes: list[str]) -> None:
    with pytest.raises(ClientError):
        cancellation_codes(cancelled(*codes))


def test_a_function_creates_its_clients_in_the_init_phase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "PlaceOrder")
    made: list[str] = []

    client = cached_at_init(lambda: made.append("client"))

    assert made == ["client"]
    client()
    assert made == ["client"]


def test_outside_lambda_a_client_is_created_at_the_first_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_NAME", raising=False)
    made: list[str] = []

    client = cached_at_init(lambda: made.append("client"))

    assert made == []
    client()
    client()
    assert made == ["client"]


@pytest.mark.parametrize(
    ("level", "lines"),
    [("INFO", ["usual", "odd", "OrdersNeedingAttention"]), ("WARNING", ["odd", "OrdersNeedingAttention"])],
)
def test_a_log_level_above_info_hides_log_lines_but_no_metrics(level: str, lines: list[str]) -> None:
    written = _logged(
        "logger.info('usual'); logger.warning('odd'); count('OrdersNeedingAttention')", POWERTOOLS_LOG_LEVEL=level
    )

    assert [line.get("message", "OrdersNeedingAttention") for line in written] == lines
    # Lambda compares a line's level with ApplicationLogLevel. A line without a level counts as INFO.
    assert [line.get("level") for line in written if "OrdersNeedingAttention" in line] == [None]


def test_a_log_line_has_its_time_in_lambdas_format() -> None:
    (line,) = _logged("logger.warning('odd')")

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d", line["timestamp"]), "RFC 3339"


def test_the_order_id_follows_from_customer_and_idempotency_key() -> None:
    assert order_id_of("a-customer", "key") == order_id_of("a-customer", "key")
    assert len({order_id_of(who, key) for who in ("a", "b") for key in ("1", "2")}) == 4


def _logged(statements: str, **variables: str) -> list[dict[str, Any]]:
    """Run statements in a new process, with the environment of a Lambda function whose ApplicationLogLevel is INFO."""
    environment = os.environ | {
        "AWS_LAMBDA_LOG_LEVEL": "INFO",
        "POWERTOOLS_TRACE_DISABLED": "true",
        "POWERTOOLS_METRICS_NAMESPACE": "shop",
        "POWERTOOLS_SERVICE_NAME": "orders",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", f"from kernel.observability import count, logger; {statements}"],
        env=environment | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]
