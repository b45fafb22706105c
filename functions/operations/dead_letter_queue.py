"""The queues where messages end that could not be dealt with, under the names that operators use."""

import json
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3

from kernel.client_limits import CLIENT_LIMITS
from kernel.settings import setting

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

# ReceiveMessage: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
MOST_MESSAGES = 10
# A short poll asks some of SQS's servers only, and may find nothing where there is something.
POLL_SECONDS = 1


@cache
def sqs() -> "SQSClient":
    """Return the process's SQS client."""
    return boto3.client("sqs", config=CLIENT_LIMITS)


class DeadLetter(NamedTuple):
    """A message as it lies in a dead-letter queue. Without a `cause` its consumer never finished: it ran out of
    time, or did not start. `sent_at` is in milliseconds since 1970."""

    message_id: str
    body: str
    sent_at: int
    cause: str | None
    attributes: dict[str, Any]
    receipt: str


class DeadLetterQueue(NamedTuple):
    name: str
    url: str

    def depth(self) -> int:
        """Return how many messages it holds, as far as SQS knows; those in flight count."""
        answer = sqs().get_queue_attributes(
            QueueUrl=self.url,
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )
        return sum(map(int, answer["Attributes"].values()))

    def receive(self, hidden_seconds: int) -> list[DeadLetter]:
        """Return some of its messages, and hide them from others for so long. These queues give no message up for
        having been received often."""
        answer = sqs().receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=MOST_MESSAGES,
            VisibilityTimeout=hidden_seconds,
            WaitTimeSeconds=POLL_SECONDS,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["SentTimestamp"],
        )
        return [_dead_letter(message) for message in answer.get("Messages", [])]


def dead_letter_queues() -> Iterator[DeadLetterQueue]:
    """Yield every dead-letter queue of the stack."""
    for name, url in json.loads(setting("DEAD_LETTER_QUEUE_URLS")).items():
        yield DeadLetterQueue(name, url)


def _dead_letter(message: "MessageTypeDef") -> DeadLetter:
    attributes: dict[str, Any] = {**message.get("MessageAttributes", {})}
    cause = attributes.pop("cause", {}).get("StringValue")
    sent_at = int(message["Attributes"]["SentTimestamp"])
    return DeadLetter(message["MessageId"], message["Body"], sent_at, cause, attributes, message["ReceiptHandle"])
