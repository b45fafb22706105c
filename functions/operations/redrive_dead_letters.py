"""Send dead letters to where they came from, once more: `POST /dead-letters/{queue}/redrive`. For operators.

What is still poison comes back; what met a passing fault goes through. Where the dead letters are records or batches
of a table's stream, they go to the queue of `reannounce_events`, which announces their events from the tables.
"""

import json
import time
from typing import Any

from kernel.http_application import HttpApplication, ResponseBody, answer
from kernel.identity import require_operator
from kernel.messages import ascii_text
from kernel.observability import logger
from kernel.problems import Problem
from kernel.settings import setting

from aws_lambda_powertools.event_handler import Response

from dead_letter_queue import DeadLetter, DeadLetterQueue, dead_letter_queues, sqs

# API Gateway waits 29 seconds; a caller asks again for the rest.
MOST_SECONDS = 15
# Longer than this function runs, so that no message is received twice by one call.
HIDDEN_SECONDS = 60


class Redriven(ResponseBody):
    """How many dead letters were sent once more, and how many are there now; not `finished`: ask again for the rest."""

    queue: str
    sent: int
    left: int
    finished: bool


app = HttpApplication()
handler = app.lambda_handler()


@app.post("/dead-letters/<queue>/redrive")
def redrive_dead_letters(queue: str) -> Response[str]:
    """Answer 202 with how many messages were sent, how many are there now, and whether all had their turn."""
    require_operator(app.caller())
    dead_letters = _known(queue)
    sent, finished = _redrive(dead_letters, _source_url(queue))
    redriven = Redriven(queue=queue, sent=sent, left=dead_letters.depth(), finished=finished)
    logger.info("redrove dead letters", extra=redriven.model_dump())
    return answer(202, redriven)


def _redrive(queue: DeadLetterQueue, source_url: str) -> tuple[int, bool]:
    """Send what was there at the start to the source; return how many, and whether that is all.

    What comes back meanwhile is younger. It stays hidden until the end: so poison does not go round and round.
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
    # Its consumer takes copies, so a fault between these two does no harm.
    # SQS moves a message to a dead-letter queue as it is, but SendMessage refuses some of its characters.
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
