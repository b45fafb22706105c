"""List what could not be dealt with, and why: `GET /dead-letters`. For operators."""

import time
from datetime import UTC, datetime

from kernel.http_application import HttpApplication, ResponseBody, answer
from kernel.identity import require_operator
from kernel.timestamps import Timestamp, timestamp

from aws_lambda_powertools.event_handler import Response

from dead_letter_queue import DeadLetter, DeadLetterQueue, dead_letter_queues

# A message may have 256 KiB. This much of it tells what it is about.
MOST_TEXT = 2000


class DeadLetterDocument(ResponseBody):
    """A message that could not be dealt with. Without a `cause` its consumer never finished."""

    message_id: str
    sent_at: Timestamp
    body: str
    cause: str | None = None


class DeadLettersOfQueue(ResponseBody):
    """How many messages a queue of dead letters holds, and a few of them, oldest first."""

    queue: str
    depth: int
    oldest_age_seconds: int | None = None
    messages: list[DeadLetterDocument]


class DeadLetters(ResponseBody):
    """Every queue of dead letters."""

    queues: list[DeadLettersOfQueue]


app = HttpApplication()
handler = app.lambda_handler()


@app.get("/dead-letters")
def list_dead_letters() -> Response[str]:
    """Answer 200 with every queue, its depth, and a few of its messages, oldest first. They stay where they are."""
    require_operator(app.caller())
    return answer(200, DeadLetters(queues=[_document(queue) for queue in dead_letter_queues()]))


def _document(queue: DeadLetterQueue) -> DeadLettersOfQueue:
    depth = queue.depth()
    letters = _look(queue) if depth else []
    return DeadLettersOfQueue(
        queue=queue.name,
        depth=depth,
        # SQS tells no more: the oldest of those that it showed.
        oldest_age_seconds=max(0, int(time.time() - letters[0].sent_at / 1000)) if letters else None,
        messages=[_message(letter) for letter in letters],
    )


def _look(queue: DeadLetterQueue) -> list[DeadLetter]:
    """Return messages without hiding them, each once."""
    found = {letter.message_id: letter for letter in queue.receive(hidden_seconds=0)}
    return sorted(found.values(), key=lambda letter: letter.sent_at)


def _message(letter: DeadLetter) -> DeadLetterDocument:
    return DeadLetterDocument(
        message_id=letter.message_id,
        sent_at=timestamp(datetime.fromtimestamp(letter.sent_at / 1000, UTC)),
        body=letter.body[:MOST_TEXT],
        cause=letter.cause,
    )
