"""What a consumer does with a message that is invalid, or that it cannot handle at the moment."""

import json
from typing import Any

import pytest

from kernel import queue_consumer as module
from kernel.cloud_event import Cause, CloudEvent, EventData
from kernel.queue_consumer import queue_consumer
from tests.support.saga_run import lambda_context

MAX_RECEIVES = 5


class Kettled(EventData):
    """An event type that no service defines."""


def message(sequence: int, receives: int = 1, body: str | None = None) -> dict[str, Any]:
    event = CloudEvent.of(Kettled(), source="orders", subject="1", sequence=sequence, cause=Cause())
    return {
        "messageId": str(sequence),
        "body": body if body is not None else json.dumps(event.document()),
        "attributes": {"ApproximateReceiveCount": str(receives)},
        "eventSource": "aws:sqs",
    }


class Consumer:
    """A consumer that fails for the events whose sequence is in `faults`."""

    def __init__(self) -> None:
        self.faults: set[int] = set()
        self.consumed: list[int] = []
        self.buried: list[dict[str, Any]] = []

    def consume(self, event: CloudEvent) -> None:
        if event.sequence in self.faults:
            raise RuntimeError("the table does not answer")
        self.consumed.append(event.sequence)

    def send_message(self, **message: Any) -> None:
        self.buried.append(message)

    def take(self, *messages: dict[str, Any]) -> list[str]:
        """Deliver a batch. Return the messages that SQS must deliver again."""
        answer = queue_consumer(self.consume)({"Records": list(messages)}, lambda_context())
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


@pytest.fixture
def consumer(monkeypatch: pytest.MonkeyPatch) -> Consumer:
    consumer = Consumer()
    monkeypatch.setattr(module, "_sqs", lambda: consumer)
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", "dead-letters")
    monkeypatch.setenv("MAX_RECEIVES", str(MAX_RECEIVES))
    return consumer


def test_each_message_of_a_batch_is_consumed(consumer: Consumer) -> None:
    assert consumer.take(message(1), message(2)) == []
    assert consumer.consumed == [1, 2]


@pytest.mark.parametrize("body", ["", "{", "null", "{}", '{"Type": "Notification"}', "[" * 10_000, "756374cd"])
def test_an_invalid_message_becomes_a_dead_letter_immediately(consumer: Consumer, body: str) -> None:
    assert consumer.take(message(1), message(2, body=body), message(3)) == []

    assert consumer.consumed == [1, 3]
    (dead_letter,) = consumer.buried
    assert (dead_letter["QueueUrl"], dead_letter["MessageBody"]) == ("dead-letters", body)
    cause = dead_letter["MessageAttributes"]["cause"]
    assert cause["DataType"] == "String"
    assert cause["StringValue"].startswith("ValidationError: ")


def test_any_other_parsing_error_makes_a_dead_letter_immediately(
    consumer: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_event: CloudEvent) -> None:
        raise TypeError("'NoneType' object is not a mapping \uffff")

    monkeypatch.setattr(module, "correlate_with", fail)

    assert consumer.take(message(1)) == []

    (dead_letter,) = consumer.buried
    cause = dead_letter["MessageAttributes"]["cause"]["StringValue"]
    assert cause == "TypeError: 'NoneType' object is not a mapping \\uffff"


@pytest.mark.parametrize("name", ["traceparent", "time", "id"])
def test_an_event_with_a_malformed_attribute_becomes_a_dead_letter(consumer: Consumer, name: str) -> None:
    document = json.loads(message(1)["body"]) | {name: "zzz"}

    assert consumer.take(message(1, body=json.dumps(document))) == []

    assert consumer.consumed == []
    assert consumer.buried[0]["MessageAttributes"]["cause"]["StringValue"].startswith("ValidationError: ")


def test_a_dead_letter_is_ascii_with_the_same_content(consumer: Consumer) -> None:
    body = json.dumps({"name": "Zoë \ufffe\uffff\x7f \ud800 😀"}, ensure_ascii=False)

    assert consumer.take(message(1, body=body)) == []

    (dead_letter,) = consumer.buried
    assert dead_letter["MessageBody"].isascii()
    assert "\x7f" not in dead_letter["MessageBody"]
    assert json.loads(dead_letter["MessageBody"]) == json.loads(body)


def test_only_the_failed_message_is_retried(consumer: Consumer) -> None:
    consumer.faults = {2}

    assert consumer.take(message(1), message(2, receives=MAX_RECEIVES - 1), message(3)) == ["2"]
    assert (consumer.consumed, consumer.buried) == ([1, 3], [])


@pytest.mark.parametrize("receives", [MAX_RECEIVES, MAX_RECEIVES + 1])
def test_a_message_becomes_a_dead_letter_after_its_last_attempt(consumer: Consumer, receives: int) -> None:
    consumer.faults = {2}

    assert consumer.take(message(2, receives=receives), message(3)) == []

    (dead_letter,) = consumer.buried
    assert json.loads(dead_letter["MessageBody"])["sequence"] == 2
    assert dead_letter["MessageAttributes"]["cause"]["StringValue"] == "RuntimeError: the table does not answer"


def test_if_all_messages_fail_all_are_retried(consumer: Consumer) -> None:
    consumer.faults = {1, 2}

    assert consumer.take(message(1), message(2)) == ["1", "2"]


def test_a_long_cause_is_truncated(consumer: Consumer, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_event: CloudEvent) -> None:
        raise RuntimeError("x" * 300_000)

    monkeypatch.setattr(consumer, "consume", fail)

    consumer.take(message(1, receives=MAX_RECEIVES))

    assert len(consumer.buried[0]["MessageAttributes"]["cause"]["StringValue"]) <= 1000


def test_a_message_is_retried_if_sending_the_dead_letter_fails(
    consumer: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_message: Any) -> None:
        raise RuntimeError("the queue does not answer")

    monkeypatch.setattr(consumer, "send_message", refuse)

    assert consumer.take(message(1, body="{"), message(2)) == ["1"]
