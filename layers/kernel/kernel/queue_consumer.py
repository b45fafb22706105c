"""Consume messages from an SQS queue: partial batch responses, and dead letters that carry their cause."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

import boto3
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from pydantic import ValidationError

from kernel.client_limits import CLIENT_LIMITS
from kernel.cloud_event import CloudEvent
from kernel.messages import ascii_text, cause_attribute
from kernel.observability import batch_item, correlate_with, logger, metrics_of_batch, tracer
from kernel.settings import setting

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LambdaHandler = Callable[[dict[str, Any], Any], Any]
Message = TypeVar("Message")


class Unprocessable(Exception):
    """Permanent failure: retrying cannot help, so the message goes to the dead-letter queue."""


@cache
def _sqs() -> "SQSClient":
    return boto3.client("sqs", config=CLIENT_LIMITS)


def queue_consumer(consume: Callable[[CloudEvent], None]) -> LambdaHandler:
    """Return a Lambda handler that passes each event of a batch to `consume`, like `message_consumer`."""

    def event_of(body: str) -> CloudEvent:
        event = CloudEvent.model_validate_json(body)
        correlate_with(event)
        return event

    def consume_event(event: CloudEvent) -> None:
        consume(event)
        logger.info("consumed %s", event.type, extra={"event": event.id})

    return message_consumer(event_of, consume_event)


def message_consumer(parse: Callable[[str], Message], consume: Callable[[Message], None]) -> LambdaHandler:
    """Return a Lambda handler that parses each message of a batch and passes it to `consume`.

    The handler sends a message to the dead-letter queue, with the error in the message attribute `cause`, if:

    - `parse` raises any exception. Parsing is deterministic, so a retry would raise the same exception.
    - `consume` raises Unprocessable or pydantic.ValidationError.
    - `consume` fails at the last of MAX_RECEIVES attempts.

    After an earlier failure, SQS redelivers the message, without the successful messages of its batch
    (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html). If the function times out or does
    not start, the redrive policy of the queue moves the message to the dead-letter queue.
    """
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def consume_record(record: SQSRecord) -> None:
        with batch_item("message"):
            consume_message(record)

    def consume_message(record: SQSRecord) -> None:
        try:
            message = parse(record.body)
        except Exception as error:  # noqa: BLE001 (the dead letter carries the cause)
            _send_to_dead_letter_queue(record, error)
            return
        try:
            consume(message)
        except (Unprocessable, ValidationError) as error:
            _send_to_dead_letter_queue(record, error)
        except Exception as error:
            logger.exception("processing of message %s failed", record.message_id)
            if int(record.attributes.approximate_receive_count) < int(setting("MAX_RECEIVES")):
                raise
            _send_to_dead_letter_queue(record, error)

    @logger.inject_lambda_context(clear_state=True)
    @tracer.capture_lambda_handler(capture_response=False)
    def handler(event: dict[str, Any], context: Any) -> Any:
        with metrics_of_batch():
            return process_partial_response(event, consume_record, processor, context)

    return cast(LambdaHandler, handler)


def _send_to_dead_letter_queue(record: SQSRecord, error: Exception) -> None:
    cause = type(error).__name__
    logger.error("sending message %s to the dead-letter queue", record.message_id, extra={"cause": cause})
    _sqs().send_message(
        QueueUrl=setting("DEAD_LETTER_QUEUE_URL"),
        # Escaped, because SNS can deliver characters that SQS's SendMessage rejects.
        MessageBody=ascii_text(record.body),
        MessageAttributes=cause_attribute(error),  # type: ignore[arg-type]
    )
