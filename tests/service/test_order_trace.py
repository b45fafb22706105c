"""What a customer sees under the hood of an order: its log lines, the attempts of its steps, its archived events."""

import gzip
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ClientError

import archived_events
import order_log
from tests.support.problem_document import assert_problem
from tests.support.shop_on_moto import Response, ShopOnMoto
from tests.support.telemetry import Telemetry, telemetry_of
from tests.support.template import resources_of_type

ENVIRONMENT = resources_of_type("AWS::Serverless::Function")["OrderTraceFunction"]["Properties"]["Environment"]
FUNCTIONS: list[str] = list(json.loads(ENVIRONMENT["Variables"]["LOG_GROUP_NAMES"]["Fn::Sub"]))
STEPS = ["ReserveStock", "AuthorizePayment", "BookShipment", "ConfirmOrder", "CapturePayment", "SettleOrder"]


class Cloud:
    """The log groups and the event store on moto."""

    def __init__(self, shop: ShopOnMoto, telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shop, self.telemetry = shop, telemetry
        self.logs, self.s3 = boto3.client("logs"), boto3.client("s3")
        self.milliseconds = count(int(time.time() * 1000))
        self.bucket = f"store-{uuid4()}"
        self.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        for function in FUNCTIONS:
            self.logs.create_log_group(logGroupName=function)
            self.logs.create_log_stream(logGroupName=function, logStreamName="instance")
        monkeypatch.setenv("LOG_GROUP_NAMES", json.dumps({name: name for name in FUNCTIONS}))
        monkeypatch.setenv("EVENT_STORE_BUCKET_NAME", self.bucket)
        monkeypatch.setenv("EVENT_BUFFER_SECONDS", "60")

    def ship_logs(self) -> None:
        """Put every line that the handlers logged into the log group of its function."""
        for line in self.telemetry.lines():
            name = "".join(word.capitalize() for word in line["function_name"].split("_")) + "Function"
            if name in FUNCTIONS:
                del line["timestamp"]
                self.put_line(name, line)

    def put_line(self, function: str, line: dict[str, Any] | str, received_later: int = 0) -> None:
        # Each line has a time of its own: lines of several groups with one time have no order.
        milliseconds = next(self.milliseconds)
        written_at = datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")
        text = line if isinstance(line, str) else json.dumps({"timestamp": written_at} | line)
        event = {"timestamp": milliseconds + received_later, "message": text}
        self.logs.put_log_events(logGroupName=function, logStreamName="instance", logEvents=[event])

    def put_object(self, name: str, body: bytes) -> str:
        key = f"events/{datetime.now(UTC):year=%Y/month=%m/day=%d/hour=%H}/{name}"
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)
        return key

    def trace(self, order_id: str, **options: Any) -> Response:
        return self.shop.call("GET", f"/sandbox/orders/{order_id}/trace", **options)

    def objects(self, order_id: str, **options: Any) -> Response:
        return self.shop.call("GET", f"/sandbox/orders/{order_id}/objects", **options)


@pytest.fixture
def cloud(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cloud:
    for client in (order_log._logs, archived_events._s3):  # noqa: SLF001 (the next client belongs to this test's moto)
        client.cache_clear()
    return Cloud(shop, telemetry_of(monkeypatch, capsys), monkeypatch)


def as_lines(*events: Any) -> bytes:
    return b"".join(json.dumps(event.document()).encode() + b"\n" for event in events)


def test_every_step_that_ran_is_an_attempt(cloud: Cloud, shop: ShopOnMoto) -> None:
    other, order_id = (shop.confirmed_order((shop.product(), 1)) for _ in range(2))
    cloud.ship_logs()

    response = cloud.trace(order_id)

    assert response.status == 200
    attempts = response.document["attempts"]
    assert [attempt["step"] for attempt in attempts if attempt["step"] in STEPS] == STEPS
    assert ("AuthorizePayment", "AUTHORIZED") in {(attempt["step"], attempt.get("outcome")) for attempt in attempts}
    lines = response.document["log_lines"]
    assert ("OrdersApiFunction", "POST /orders returned 202") in {(line["function"], line["message"]) for line in lines}
    assert len(lines) < len(cloud.telemetry.lines())
    assert other not in json.dumps(response.document)


def test_failed_attempts_are_listed_in_their_order(cloud: Cloud, shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1), payment_method="pm_card_visa")
    shop.deliver()
    for message in ("AuthorizePayment failed", "AuthorizePayment returned UNAVAILABLE", "the provider did not answer"):
        line = {"level": "INFO", "correlation_id": order_id, "step": "AuthorizePayment", "message": message}
        cloud.put_line("PaymentsSagaFunction", line | {"exception": "the card of Ada L."})

    response = cloud.trace(order_id)

    outcomes = [(attempt["step"], attempt.get("outcome")) for attempt in response.document["attempts"]]
    assert outcomes == [("AuthorizePayment", None), ("AuthorizePayment", "UNAVAILABLE")]
    assert "Ada" not in json.dumps(response.document), "only the listed members"


def test_attempts_are_in_the_order_of_their_ends_however_late_cloudwatch_received_them(
    cloud: Cloud, shop: ShopOnMoto
) -> None:
    order_id = shop.place((shop.product(), 1), payment_method="pm_card_visa")
    shop.deliver()
    for step, function, received_later in (
        ("ConfirmOrder", "OrdersSagaFunction", 500),
        ("CapturePayment", "PaymentsSagaFunction", 0),
    ):
        line = {"level": "INFO", "correlation_id": order_id, "step": step, "message": f"{step} returned DONE"}
        cloud.put_line(function, line, received_later)

    attempts = cloud.trace(order_id).document["attempts"]

    assert [attempt["step"] for attempt in attempts] == ["ConfirmOrder", "CapturePayment"]


def test_a_trace_lacks_the_lines_of_a_throttled_log_group(
    cloud: Cloud, shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = shop.confirmed_order((shop.product(), 1))
    cloud.ship_logs()
    search = order_log._logs()._make_api_call  # noqa: SLF001

    def throttled(operation: str, parameters: dict[str, Any]) -> Any:
        if parameters.get("logGroupName") == "PaymentsSagaFunction":
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, operation)
        return search(operation, parameters)

    monkeypatch.setattr(order_log._logs(), "_make_api_call", throttled)  # noqa: SLF001

    response = cloud.trace(order_id)

    assert response.status == 200
    steps = {attempt["step"] for attempt in response.document["attempts"]}
    assert {"ReserveStock", "ConfirmOrder"} <= steps
    assert "AuthorizePayment" not in steps


def test_lines_that_are_no_messages_about_the_order_are_left_out(cloud: Cloud, shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1))
    shop.deliver()
    cloud.put_line("RelayEventsFunction", f"REPORT RequestId: {order_id}")
    cloud.put_line("RelayEventsFunction", f'["{order_id}"]')
    cloud.put_line("RelayEventsFunction", {"_aws": {}, "correlation_id": order_id, "OrdersPlaced": [1]})
    cloud.put_line("RelayEventsFunction", {"message": f"about {order_id}", "correlation_id": str(uuid4())})

    assert cloud.trace(order_id).document["log_lines"] == []


def test_each_delivered_event_has_the_key_of_its_object(cloud: Cloud, shop: ShopOnMoto) -> None:
    order_id = shop.confirmed_order((shop.product(), 1))
    placed, reserved, *_ = sorted(
        (event for event in shop.events() if event.subject == order_id), key=lambda event: event.time
    )
    cloud.put_object("damaged.gz", b"\x1f\x8bno gzip")
    zipped = cloud.put_object("a.gz", gzip.compress(as_lines(placed)))
    plain = cloud.put_object("b", b"garbage\n[]\n" + as_lines(reserved, placed))

    document = cloud.objects(order_id).document

    assert document["objects"] == {placed.id: zipped, reserved.id: plain}
    assert document["event_buffer_seconds"] == 60


def test_a_trace_reads_no_object(cloud: Cloud, shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page polls traces while an order is processed."""
    order_id = shop.confirmed_order((shop.product(), 1))
    monkeypatch.setenv("EVENT_STORE_BUCKET_NAME", "no-bucket")

    assert cloud.trace(order_id).status == 200


@pytest.mark.parametrize("resource", [Cloud.trace, Cloud.objects])
def test_only_its_customer_and_operators_see_a_trace(
    cloud: Cloud, shop: ShopOnMoto, resource: Callable[..., Response]
) -> None:
    order_id = shop.place((shop.product(), 1))
    assert_problem(resource(cloud, order_id), 404)
    shop.deliver()

    assert resource(cloud, order_id).status == 200
    assert resource(cloud, order_id, claims=shop.operator()).status == 200
    assert_problem(resource(cloud, order_id, claims={"sub": str(uuid4()), "token_use": "id"}), 404)
    assert_problem(resource(cloud, "no-order"), 404)
