"""Name and address are stored with the order and passed to the carrier. No log, event or view contains them."""

import json
from io import StringIO
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

import publisher
import relay_events
from kernel.observability import logger
from order_events import OrderPlaced
from task import Task
from tests.support.saga_run import invoke_handler, lambda_context
from tests.support.shop_on_moto import ShopOnMoto

PERSON = {
    "name": "Zdenka Okonkwo-Quux",
    "line1": "77 Unspeakable Row",
    "city": "Llanfairpwll",
    "postal_code": "QX9 Q9XX",
}
# Its postal codes have letters and digits. This one appears nowhere else.
COUNTRY = "IE"


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """Give the lines that the functions log."""
    stream = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    return stream


def tells_of_the_person(text: str) -> list[str]:
    return [value for value in PERSON.values() if value in text]


@pytest.mark.parametrize("payment_method", ["pm_card_visa", "pm_gateway_down", "pm_capture_down"])
def test_no_log_and_no_event_contains_personal_data(
    shop: ShopOnMoto, logs: StringIO, capsys: pytest.CaptureFixture[str], payment_method: str
) -> None:
    order_id = shop.place((shop.product(), 1), payment_method=payment_method, **PERSON, country=COUNTRY)
    shop.fulfil(order_id)
    view = shop.order(order_id)

    assert order_id in logs.getvalue()
    assert "ProjectionLag" in (printed := "".join(capsys.readouterr()))
    assert tells_of_the_person(logs.getvalue() + printed) == []
    assert tells_of_the_person(json.dumps([event.document() for event in shop.events()])) == []
    assert tells_of_the_person(json.dumps([view, shop.items("Views"), shop.items("Shipping")])) == []
    assert tells_of_the_person(json.dumps(shop.items("Orders"))) == list(PERSON.values())


def test_the_returns_hold_no_address_and_no_log_contains_the_reason(shop: ShopOnMoto, logs: StringIO) -> None:
    sku = shop.product()
    order_id = shop.place((sku, 1), **PERSON, country=COUNTRY)
    shop.fulfil(order_id)
    shop.deliver()
    return_id = shop.accepted_return(order_id, (sku, 1))
    shop.refund(order_id, return_id)

    assert tells_of_the_person(json.dumps(shop.items("Returns"))) == []
    assert "CompleteReturn returned COMPLETED" in logs.getvalue()
    assert "It is chipped." not in logs.getvalue()


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param({"postal_code": "99999"}, id="the carrier is down"),
        pytest.param({"country": None}, id="the command is not valid"),
        pytest.param({"line1": {"street": PERSON["line1"]}}, id="the address is of another shape"),
    ],
)
def test_the_log_of_a_failing_booking_contains_no_personal_data(
    shop: ShopOnMoto, logs: StringIO, spoil: dict[str, Any]
) -> None:
    order_id = shop.place((shop.product(), 1))
    command = {"order_id": order_id, "shipping_address": PERSON | {"country": "DE"} | spoil}

    try:
        told = json.dumps(invoke_handler("BookShipment", command))
    except Exception as fault:  # noqa: BLE001 (each input raises its own exception)
        # Lambda logs an uncaught exception's text.
        told = str(fault) + repr(fault)

    assert tells_of_the_person(told) == []
    assert tells_of_the_person(logs.getvalue()) == []


def test_a_refused_order_is_not_logged(shop_without_aws: ShopOnMoto, logs: StringIO) -> None:
    answer = shop_without_aws.post_order(shop_without_aws.order_body(("CUP-1", 0), **PERSON, country=PERSON["city"]))

    assert answer.status == 422
    assert tells_of_the_person(logs.getvalue() + json.dumps(answer.document)) == []


def test_the_log_of_a_failing_request_contains_no_personal_data(shop_without_aws: ShopOnMoto, logs: StringIO) -> None:
    answer = shop_without_aws.post_order(shop_without_aws.order_body(("CUP-1", 1), **PERSON, country=COUNTRY))

    assert answer.status == 500
    assert "unexpected AWS call" in logs.getvalue()
    assert tells_of_the_person(logs.getvalue() + json.dumps(answer.document)) == []


@pytest.mark.parametrize("model", [OrderPlaced, Task])
def test_an_error_about_a_stored_item_does_not_quote_it(model: type[BaseModel]) -> None:
    with pytest.raises(ValidationError) as raised:
        model.model_validate(PERSON)

    # The log of an uncaught exception contains this text.
    assert tells_of_the_person(str(raised.value)) == []


def test_an_unreadable_record_is_set_aside_without_its_image(
    shop: ShopOnMoto, logs: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.place((shop.product(), 1), **PERSON, country=COUNTRY)
    (image,) = shop.items("Orders")
    image["events"] = {"L": [{"M": {"id": {"S": PERSON["name"]}}}]}
    messages = []

    class Queue:
        def send_message(self, **message: object) -> None:
            messages.append(message)

    monkeypatch.setattr(publisher, "_sqs", Queue)
    monkeypatch.setenv("UNREADABLE_RECORDS_QUEUE_URL", "queue")

    relay_events.handler({"Records": [{"dynamodb": {"Keys": {}, "NewImage": image}}]}, lambda_context())

    assert len(messages) == 1
    assert tells_of_the_person(json.dumps(messages) + logs.getvalue()) == []
