"""Redrive a dead-letter queue: `POST /dead-letters/{queue}/redrive`. For operators.

The messages go back to the queue from which they came. A message that fails again returns to the dead-letter queue.
Records and batches of a DynamoDB stream go to the queue of `reannounce_events`, which publishes their events from the
tables.
"""

import json
import time
from typing import Any

from aws_lambda_powertools.event_handler import Response

from dead_letter_queue import DeadLetter, DeadLetterQueue, dead_letter_queues, sqs
from kernel.http_application import ResponseBody, Routes, json_response
from kernel.identity import require_operator
from kernel.messages import ascii_text
from kernel.observability import logger
from kernel.problems import Problem
from kernel.settings import setting

# API Gateway's timeout is 29 seconds. The caller repeats the request for the remaining messages.
MOST_SECONDS = 15
# Longer than the function's timeout, so that one request receives each message once.
HIDDEN_SECONDS = 60


class Redriven(ResponseBody):
    """How many dead letters were sent once more, and how many are there now; not `finished`: ask again for the rest."""

    queue: str
    sent: int
    left: int
    finished: bool


routes = Routes()


@routes.post("/dead-letters/<queue>/redrive")
def redrive_dead_letters(queue: str) -> Response[str]:
    """Return 202 with the numbers of messages sent and left, and whether the redrive is finished.

    Raises:
        Problem: 404, there is no such dead-letter queue.
    """
    require_operator(routes.caller())
    dead_letters = _known(queue)
    sent, finished = _redrive(dead_letters, _source_url(queue))
    redriven = Redriven(queue=queue, sent=sent, left=dead_letters.depth(), finished=finished)
    logger.info("redrove dead letters", extra=redriven.model_dump())
    return json_response(202, redriven)


def _redrive(queue: DeadLetterQueue, source_url: str) -> tuple[int, bool]:
    """Send the messages that are in the queue at the start to `source_url`.

    Messages that come back in the meantime stay invisible until the end, so that they are not sent in a loop.

    Returns:
        The number of messages sent, and whether those were all.
    """
    start = time.time()
    sent, came_back = 0, []
    while letters := queue.receive(HIDDEN_SECONDS):
        for letter in letters:
            if letter.sent_at < start * 1000:
                _send_once_more(queue, letter, source_url)
                sent += 1
            else:
                came_back.append(letter)
        if time.time() > start + MOST_SECONDS:
            break
    for letter in came_back:
        _show_again(queue, letter)
    return sent, not letters


def _send_once_more(queue: DeadLetterQueue, letter: DeadLetter, source_url: str) -> None:
    # A failure between these two calls duplicates the message, which the consumers accept. The text is ASCII because
    # SQS moves any message to a dead-letter queue, but SendMessage refuses some characters.
    sqs().send_message(
        QueueUrl=source_url, MessageBody=ascii_text(letter.body), MessageAttributes=_sendable(letter.attributes)
    )
    sqs().delete_message(QueueUrl=queue.url, ReceiptHandle=letter.receipt)


def _sendable(attributes: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value | {"StringValue": ascii_text(value["StringValue"])} if "StringValue" in value else value
        for name, value in attributes.items()
    }


def _show_again(queue: DeadLetterQueue, letter: DeadLetter) -> None:
    sqs().change_message_visibility(QueueUrl=queue.url, ReceiptHandle=letter.receipt, VisibilityTimeout=0)


def _known(name: str) -> DeadLetterQueue:
    queues = {queue.name: queue for queue in dead_letter_queues()}
    if name not in queues:
        raise Problem(404, f"There is no such queue of dead letters. There are: {', '.join(sorted(queues))}.")
    return queues[name]


def _source_url(name: str) -> str:
    return str(json.loads(setting("SOURCE_QUEUE_URLS"))[name])
