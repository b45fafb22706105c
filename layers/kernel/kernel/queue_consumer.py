"""A consumer of events from its SQS queue: partial batch answers, and dead letters that say what killed them."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import boto3
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from pydantic import ValidationError

from kernel.cloud_event import CloudEvent
from kernel.observability import correlate, logger, tracer
from kernel.settings import setting

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

CAUSE_LENGTH = 1000

LambdaHandler = Callable[[dict[str, Any], Any], Any]


class Unprocessable(Exception):
    """The event makes no sense, and will make none when it comes again."""


@cache
def _sqs() -> "SQSClient":
    return boto3.client("sqs")


def queue_consumer(consume: Callable[[CloudEvent], None]) -> LambdaHandler:
    """Make a Lambda handler that hands each message of a batch to `consume`.

    A message that is no event, one that `consume` calls Unprocessable, and one that fails the last of its
    MAX_RECEIVES times go to the dead-letter queue, with the cause as the message attribute `cause`. One that fails
    earlier comes again; the others are done
    (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html). The queue's own redrive policy
    catches what never gets this far: a function that times out or does not start.
    """
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def consume_record(record: SQSRecord) -> None:
        try:
            event = CloudEvent.model_validate_json(record.body)
        except ValidationError as error:
            _bury(record, error)
            return
        correlate(event.correlationid)
        try:
            consume(event)
        except Unprocessable as error:
            _bury(record, error)
        except Exception as error:
            logger.exception("the event %s met a fault", event.id)
            if int(record.attributes.approximate_receive_count) < int(setting("MAX_RECEIVES")):
                raise
            _bury(record, error)

    @logger.inject_lambda_context(clear_state=True)
    @tracer.capture_lambda_handler(capture_response=False)
    def handler(event: dict[str, Any], context: Any) -> Any:
        answer = process_partial_response(event, consume_record, processor, context)
        logger.info("consumed %s messages", len(event["Records"]), extra={"failed": len(answer["batchItemFailures"])})
        return answer

    return cast(LambdaHandler, handler)


def _bury(record: SQSRecord, error: Exception) -> None:
    cause = f"{type(error).__name__}: {error}"[:CAUSE_LENGTH]
    logger.error("message %s goes to the dead-letter queue", record.message_id, extra={"cause": type(error).__name__})
    _sqs().send_message(
        QueueUrl=setting("DEAD_LETTER_QUEUE_URL"),
        MessageBody=record.body,
        MessageAttributes={"cause": {"DataType": "String", "StringValue": cause}},
    )
