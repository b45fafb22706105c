"""List the dead-letter queues and some of their messages: `GET /dead-letters`. For operators."""

import time
from datetime import UTC, datetime

from aws_lambda_powertools.event_handler import Response

from dead_letter_cause import plain_cause
from dead_letter_queue import DeadLetter, DeadLetterQueue, dead_letter_queues
from kernel.http_application import ResponseBody, Routes, json_response
from kernel.identity import require_operator
from kernel.timestamps import Timestamp, timestamp

# A message may have 256 KiB. This many characters are enough to recognize it.
MAX_BODY_CHARACTERS = 2000


class DeadLetterDocument(ResponseBody):
    """A message whose processing failed. `cause` is one line, and missing if its consumer never finished."""

    message_id: str
    sent_at: Timestamp
    body: str
    cause: str | None = None


class DeadLettersOfQueue(ResponseBody):
    """The number of messages in a dead-letter queue, and up to ten of them, oldest first."""

    queue: str
    depth: int
    oldest_age_seconds: int | None = None
    messages: list[DeadLetterDocument]


class DeadLetters(ResponseBody):
    """All dead-letter queues."""

    queues: list[DeadLettersOfQueue]


routes = Routes()


@routes.get("/dead-letters")
def list_dead_letters() -> Response[str]:
    """Return 200 and every dead-letter queue, with its depth and up to ten messages, oldest first.

    The messages stay in their queues.
    """
    require_operator(routes.caller())
    return json_response(200, DeadLetters(queues=[_document(queue) for queue in dead_letter_queues()]))


def _document(queue: DeadLetterQueue) -> DeadLettersOfQueue:
    depth = queue.depth()
    letters = _peek(queue) if depth else []
    return DeadLettersOfQueue(
        queue=queue.name,
        depth=depth,
        # The oldest of the received messages, because SQS has no API for the age of a queue's oldest message.
        oldest_age_seconds=max(0, int(time.time() - letters[0].sent_at / 1000)) if letters else None,
        messages=[_message(letter) for letter in letters],
    )


def _peek(queue: DeadLetterQueue) -> list[DeadLetter]:
    """Receive messages without making them invisible, and without duplicates."""
    found = {letter.message_id: letter for letter in queue.receive(hidden_seconds=0)}
    return sorted(found.values(), key=lambda letter: letter.sent_at)


def _message(letter: DeadLetter) -> DeadLetterDocument:
    return DeadLetterDocument(
        message_id=letter.message_id,
        sent_at=timestamp(datetime.fromtimestamp(letter.sent_at / 1000, UTC)),
        body=letter.body[:MAX_BODY_CHARACTERS],
        cause=plain_cause(letter.cause) if letter.cause else None,
    )
