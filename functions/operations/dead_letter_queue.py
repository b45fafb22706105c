"""The dead-letter queues, under the names that operators use."""

import json
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin

import boto3

from kernel.client_limits import CLIENT_LIMITS
from kernel.settings import setting

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

# ReceiveMessage: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
MAX_MESSAGES = 10
# Long polling, because a short poll queries only some of SQS's servers and may miss messages.
POLL_SECONDS = 1


@cache
def sqs() -> "SQSClient":
    """Return the SQS client of this process."""
    return boto3.client("sqs", config=CLIENT_LIMITS)


class DeadLetter(NamedTuple):
    """A message of a dead-letter queue.

    Attributes:
        message_id: The message's id.
        body: The message's body.
        sent_at: When the message was sent, in milliseconds since 1970.
        cause: Why its consumer failed. None if the consumer never finished: it timed out or did not start.
        attributes: The message attributes, without `cause`.
        receipt: The receipt handle of this receive.
    """

    message_id: str
    body: str
    sent_at: int
    cause: str | None
    attributes: dict[str, Any]
    receipt: str


class DeadLetterQueue(NamedTuple):
    """A dead-letter queue, by the name that operators use."""

    name: str
    url: str

    def depth(self) -> int:
        """Return the approximate number of messages, including those in flight."""
        response = sqs().get_queue_attributes(
            QueueUrl=self.url,
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )
        return sum(map(int, response["Attributes"].values()))

    def receive(self, hidden_seconds: int) -> list[DeadLetter]:
        """Receive up to MAX_MESSAGES messages. A dead-letter queue has no limit on receives.

        Args:
            hidden_seconds: How long the messages stay invisible to other consumers.
        """
        response = sqs().receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=MAX_MESSAGES,
            VisibilityTimeout=hidden_seconds,
            WaitTimeSeconds=POLL_SECONDS,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["SentTimestamp"],
        )
        return [_dead_letter(message) for message in response.get("Messages", [])]


def dead_letter_queues() -> Iterator[DeadLetterQueue]:
    """Yield every dead-letter queue of the stack."""
    for name, queue in json.loads(setting("DEAD_LETTER_QUEUES")).items():
        yield DeadLetterQueue(name, queue_url(queue))


def queue_url(name: str) -> str:
    """Return the URL of a queue of the stack. Their URLs differ only in the name at the end."""
    return urljoin(setting("FULFILMENT_QUEUE_URL"), name)


def _dead_letter(message: "MessageTypeDef") -> DeadLetter:
    attributes: dict[str, Any] = {**message.get("MessageAttributes", {})}
    cause = attributes.pop("cause", {}).get("StringValue")
    sent_at = int(message["Attributes"]["SentTimestamp"])
    return DeadLetter(message["MessageId"], message["Body"], sent_at, cause, attributes, message["ReceiptHandle"])
