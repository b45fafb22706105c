"""Redrive a dead-letter queue: `POST /dead-letters/{queue}/redrive`. For operators.

The messages go back to their source queue. A message that fails again returns to the dead-letter queue. Records and
batches of a DynamoDB stream go to the queue of `republish_events`, which republishes their events from the tables.
"""

import json
import time
from typing import Any

from aws_lambda_powertools.event_handler import Response

from dead_letter_queue import DeadLetter, DeadLetterQueue, dead_letter_queues, queue_url, sqs
from kernel.http_application import ResponseBody, Routes, json_response
from kernel.identity import require_operator
from kernel.messages import ascii_text
from kernel.observability import logger
from kernel.problems import Problem
from kernel.settings import setting

# API Gateway's timeout is 29 seconds. The client repeats the request for the remaining messages.
MAX_SECONDS = 15
# Longer than the function's timeout, so one request receives each message only once.
HIDDEN_SECONDS = 60


class Redriven(ResponseBody):
    """The numbers of messages sent to the source queue and left. Unless `finished`, repeat the request for the rest."""

    queue: str
    sent: int
    left: int
    finished: bool


routes = Routes()


@routes.post("/dead-letters/<queue>/redrive")
def redrive_dead_letters(queue: str) -> Response[str]:
    """Return 202 with the numbers of messages sent and left, and whether the redrive is finished.

    Raises:
        Problem: 404 if the dead-letter queue does not exist.
    """
    require_operator(routes.caller())
    dead_letters = _queue_named(queue)
    sent, finished = _redrive(dead_letters, _source_url(queue))
    redriven = Redriven(queue=queue, sent=sent, left=dead_letters.depth(), finished=finished)
    logger.info("redrove dead letters", extra=redriven.model_dump())
    return json_response(202, redriven)


def _redrive(queue: DeadLetterQueue, source_url: str) -> tuple[int, bool]:
    """Send the messages that are in the queue at the start to `source_url`.

    A message that fails again in the meantime stays invisible until the end, which prevents an endless loop.

    Returns:
        The number of messages sent, and whether the queue had no more.
    """
    start = time.time()
    sent, failed_again = 0, []
    while letters := queue.receive(HIDDEN_SECONDS):
        for letter in letters:
            if letter.sent_at < start * 1000:
                _move(queue, letter, source_url)
                sent += 1
            else:
                failed_again.append(letter)
        if time.time() > start + MAX_SECONDS:
            break
    for letter in failed_again:
        _make_visible(queue, letter)
    return sent, not letters


def _move(queue: DeadLetterQueue, letter: DeadLetter, source_url: str) -> None:
    # A failure between these two calls duplicates the message, which consumers accept. The text is ASCII, because SQS
    # itself moves any message to a dead-letter queue, but SendMessage refuses some characters.
    sqs().send_message(
        QueueUrl=source_url, MessageBody=ascii_text(letter.body), MessageAttributes=_sendable(letter.attributes)
    )
    sqs().delete_message(QueueUrl=queue.url, ReceiptHandle=letter.receipt)


def _sendable(attributes: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value | {"StringValue": ascii_text(value["StringValue"])} if "StringValue" in value else value
        for name, value in attributes.items()
    }


def _make_visible(queue: DeadLetterQueue, letter: DeadLetter) -> None:
    sqs().change_message_visibility(QueueUrl=queue.url, ReceiptHandle=letter.receipt, VisibilityTimeout=0)


def _queue_named(name: str) -> DeadLetterQueue:
    queues = {queue.name: queue for queue in dead_letter_queues()}
    if name not in queues:
        raise Problem(404, f"There is no such dead-letter queue. The queues are: {', '.join(sorted(queues))}.")
    return queues[name]


def _source_url(name: str) -> str:
    return queue_url(json.loads(setting("SOURCE_QUEUES"))[name])
