"""`make status`: the queues."""

from io import StringIO

from rich.console import Console

from tools.terminal.status import QueueDepth, show_queues


def shown(*depths: QueueDepth) -> list[list[str]]:
    output = StringIO()
    show_queues(Console(file=output, width=120), depths)
    return [line.split() for line in output.getvalue().splitlines() if line.strip()]


EMPTY = QueueDepth("ProjectionQueue", 0, 0)


def test_empty_queues_are_one_line() -> None:
    assert shown(EMPTY, EMPTY) == [["2", "queues,", "all", "empty"]]


def test_queues_with_messages_are_listed_by_name() -> None:
    lines = shown(QueueDepth("FulfilmentQueue", 0, 3), EMPTY, QueueDepth("AttentionDeadLetterQueue", 2, 0))

    assert lines[1:] == [
        ["AttentionDeadLetterQueue", "2", "0"],
        ["FulfilmentQueue", "0", "3"],
        ["1", "other", "queue", "is", "empty"],
    ]
