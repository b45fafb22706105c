"""List what could not be dealt with, and why: `GET /dead-letters`. For operators."""

import time
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.event_handler import Response

from dead_letter_queue import DeadLetter, DeadLetterQueue, dead_letter_queues
from kernel.http_application import HttpApplication, answer
from kernel.identity import require_operator
from kernel.timestamps import timestamp

# A message may have 256 KiB. This much of it tells what it is about.
MOST_TEXT = 2000

app = HttpApplication()
handler = app.lambda_handler()


@app.get("/dead-letters")
def list_dead_letters() -> Response[str]:
    """Answer 200 with every queue, its depth, and a few of its messages, oldest first. They stay where they are."""
    require_operator(app.caller())
    return answer(200, {"queues": [_document(queue) for queue in dead_letter_queues()]})


def _document(queue: DeadLetterQueue) -> dict[str, Any]:
    depth = queue.depth()
    letters = _look(queue) if depth else []
    document: dict[str, Any] = {"queue": queue.name, "depth": depth}
    if letters:
        # SQS tells no more: the oldest of those that it showed.
        document["oldest_age_seconds"] = max(0, int(time.time() - letters[0].sent_at / 1000))
    return document | {"messages": [_message(letter) for letter in letters]}


def _look(queue: DeadLetterQueue) -> list[DeadLetter]:
    """Return messages without hiding them, each once."""
    found = {letter.message_id: letter for letter in queue.receive(hidden_seconds=0)}
    return sorted(found.values(), key=lambda letter: letter.sent_at)


def _message(letter: DeadLetter) -> dict[str, Any]:
    message = {
        "message_id": letter.message_id,
        "sent_at": timestamp(datetime.fromtimestamp(letter.sent_at / 1000, UTC)),
        "body": letter.body[:MOST_TEXT],
    }
    return message | ({"cause": letter.cause} if letter.cause else {})
