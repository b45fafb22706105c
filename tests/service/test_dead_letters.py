"""Operators read dead letters without changing them, and redrive them."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

import dead_letter_queue
import redrive_dead_letters
from dead_letter_cause import plain_cause
from dead_letter_queue import DeadLetter, DeadLetterQueue
from tests.support.queues_on_moto import QueuesOnMoto
from tests.support.shop_on_moto import Response, ShopOnMoto
from tests.support.template import resources_of_type

DEAD_LETTER_QUEUES = [
    name for name, queue in resources_of_type("AWS::SQS::Queue").items() if "RedrivePolicy" not in queue["Properties"]
]


@pytest.fixture
def queues(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> QueuesOnMoto:
    monkeypatch.setattr(dead_letter_queue, "POLL_SECONDS", 0)
    dead_letter_queue.sqs.cache_clear()
    return QueuesOnMoto(monkeypatch.setenv)


def look(shop: ShopOnMoto) -> dict[str, Any]:
    """Return the queues as the API shows them, by name."""
    answer = shop.call("GET", "/dead-letters", claims=shop.operator())
    assert answer.status == 200
    return {queue["queue"]: queue for queue in answer.document["queues"]}


def redrive(shop: ShopOnMoto, queue: str) -> Response:
    return shop.call("POST", f"/dead-letters/{queue}/redrive", claims=shop.operator())


def test_every_dead_letter_queue_of_the_template_is_listed_with_its_source(queues: QueuesOnMoto) -> None:
    names, sources = queues.dead_letters, queues.sources

    assert sorted(names.values()) == sorted(DEAD_LETTER_QUEUES)
    assert names.keys() == sources.keys()
    for name, queue in names.items():
        expected = queue.replace("DeadLetterQueue", "Queue") if "DeadLetter" in queue else "RepublicationQueue"
        assert sources[name] == expected


def test_a_queue_is_listed_with_its_depth_its_age_and_its_messages_causes(
    shop: ShopOnMoto, queues: QueuesOnMoto
) -> None:
    queues.send("ProjectionDeadLetterQueue", '{"poison": 1}', cause="Unprocessable: no\nevent")
    queues.send("ProjectionDeadLetterQueue", "x" * 10_000)

    listed = look(shop)

    assert listed["projection"]["depth"] == 2
    assert 0 <= listed["projection"]["oldest_age_seconds"] < 60
    first, second = listed["projection"]["messages"]
    assert (first["body"], first["cause"]) == ('{"poison": 1}', "Unprocessable: no event")
    assert len(second["body"]) == 2000
    assert "cause" not in second, "a timeout records no cause"
    assert listed["fulfilment"] == {"queue": "fulfilment", "depth": 0, "messages": []}


def test_listing_dead_letters_does_not_hide_them(shop: ShopOnMoto, queues: QueuesOnMoto) -> None:
    queues.send("StreamFailuresQueue", "{}")

    assert look(shop) == look(shop)
    assert queues.bodies("StreamFailuresQueue") == ["{}"]


def test_a_redrive_escapes_characters_that_sqs_refuses(
    shop: ShopOnMoto, queues: QueuesOnMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = {"DataType": "String", "StringValue": "Zoë\uffff"}
    letter = DeadLetter("1", '{"name": "Zoë\ufffe"}', 0, None, {"type": raw}, "receipt")
    letters = [[letter], []]
    monkeypatch.setattr(DeadLetterQueue, "receive", lambda *_: letters.pop(0))
    sent: list[dict[str, Any]] = []
    sqs = SimpleNamespace(send_message=lambda **message: sent.append(message), delete_message=lambda **_: None)
    monkeypatch.setattr(redrive_dead_letters, "sqs", lambda: sqs)

    assert redrive(shop, "projection").document["sent"] == 1

    (message,) = sent
    assert message["MessageBody"] == '{"name": "Zo\\u00eb\\ufffe"}'
    assert message["MessageAttributes"] == {"type": {"DataType": "String", "StringValue": "Zo\\u00eb\\uffff"}}


def test_a_redrive_sends_dead_letters_to_their_source_queue(shop: ShopOnMoto, queues: QueuesOnMoto) -> None:
    for number in range(25):
        queues.send("ProjectionDeadLetterQueue", str(number), cause="RuntimeError", type="OrderPlaced")
    queues.send("FulfilmentDeadLetterQueue", "stays")

    answer = redrive(shop, "projection")

    assert answer.status == 202
    assert answer.document == {"queue": "projection", "sent": 25, "left": 0, "finished": True}
    assert queues.bodies("ProjectionDeadLetterQueue") == []
    sent = queues.messages("ProjectionQueue")[0]
    assert sent["MessageAttributes"].keys() == {"type"}, "the cause is that of the last time"
    assert queues.bodies("FulfilmentDeadLetterQueue") == ["stays"]


@pytest.mark.parametrize("queue", ["UnreadableRecordsQueue", "StreamFailuresQueue"])
def test_unreadable_records_and_failed_batches_go_to_the_republication(
    shop: ShopOnMoto, queues: QueuesOnMoto, queue: str
) -> None:
    queues.send(queue, "place")
    name = {"UnreadableRecordsQueue": "unreadable-records", "StreamFailuresQueue": "stream-failures"}[queue]

    assert redrive(shop, name).document["sent"] == 1

    assert queues.bodies("RepublicationQueue") == ["place"]


@pytest.fixture
def poison(queues: QueuesOnMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    """Return every redriven message to its dead-letter queue at once."""
    send: Callable[..., None] = redrive_dead_letters._move  # noqa: SLF001 (continues from this token)

    def send_and_come_back(queue: Any, letter: Any, source_url: str) -> None:
        send(queue, letter, source_url)
        queues.send("ProjectionDeadLetterQueue", letter.body, cause="again")

    monkeypatch.setattr(redrive_dead_letters, "_move", send_and_come_back)


@pytest.mark.usefixtures("poison")
def test_an_invalid_message_returns_once_and_blocks_no_other(shop: ShopOnMoto, queues: QueuesOnMoto) -> None:
    for number in range(15):
        queues.send("ProjectionDeadLetterQueue", str(number), cause="RuntimeError")

    answer = redrive(shop, "projection")

    assert answer.document == {"queue": "projection", "sent": 15, "left": 15, "finished": True}
    assert {message["cause"] for message in look(shop)["projection"]["messages"]} == {"again"}, "and it is not hidden"


def test_a_long_redrive_ends_before_the_timeout_and_reports_that_messages_are_left(
    shop: ShopOnMoto, queues: QueuesOnMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redrive_dead_letters, "MAX_SECONDS", 0)
    for number in range(15):
        queues.send("ProjectionDeadLetterQueue", str(number))

    assert redrive(shop, "projection").document == {"queue": "projection", "sent": 10, "left": 5, "finished": False}
    assert redrive(shop, "projection").document["left"] == 0


def test_the_error_for_an_unknown_queue_lists_the_existing_queues(shop: ShopOnMoto, queues: QueuesOnMoto) -> None:
    answer = redrive(shop, "projections")

    assert answer.status == 404
    assert "fulfilment" in answer.document["detail"]
    assert "stream-failures" in answer.document["detail"]


@pytest.mark.parametrize(("method", "path"), [("GET", "/dead-letters"), ("POST", "/dead-letters/projection/redrive")])
def test_customers_are_refused(shop_without_aws: ShopOnMoto, method: str, path: str) -> None:
    assert shop_without_aws.call(method, path).status == 403


TOTAL_IS_NO_NUMBER = (
    "The message is not valid: total: Input should be a valid integer, unable to parse string as an integer"
)


class Command(BaseModel):
    order_id: str
    total: int


class SecretCommand(Command):
    model_config = ConfigDict(hide_input_in_errors=True)


@pytest.mark.parametrize("model", [Command, SecretCommand])
@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ('{"order_id": "1"}', "The message is not valid: total is missing"),
        ("{}", "The message is not valid: order_id is missing (1 more error)"),
        ('{"order_id": "1", "total": "x"}', TOTAL_IS_NO_NUMBER),
        ('{"poison":', "The message is not valid: Invalid JSON: EOF while parsing a value at line 1 column 10"),
    ],
)
def test_the_cause_of_an_invalid_message_is_one_plain_line(message: str, cause: str, model: type[Command]) -> None:
    with pytest.raises(ValidationError) as raised:
        model.model_validate_json(message)

    assert plain_cause(f"ValidationError: {raised.value}") == cause


def test_another_cause_is_shortened_to_one_line() -> None:
    assert plain_cause("KeyError: 'sku'\n" + "x" * 1000) == "KeyError: 'sku' " + "x" * 284
