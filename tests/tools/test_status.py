"""`make status`: the stack and the queues."""

from io import StringIO

import pytest
from rich.console import Console

from tools.deployment import deploy
from tools.local_cloud.background import BackgroundProcess
from tools.local_cloud.cloud import LocalCloud
from tools.local_cloud.reachability import Reach
from tools.terminal import status
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


@pytest.mark.parametrize(
    ("stack_status", "is_complete"),
    [("CREATE_COMPLETE", True), ("UPDATE_COMPLETE", True), ("ROLLBACK_COMPLETE", False), ("CREATE_FAILED", False)],
)
def test_a_failed_deployment_is_not_complete(
    stack_status: str, is_complete: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BackgroundProcess, "find", lambda _: object())
    monkeypatch.setattr(status.reachability, "reach", lambda _: Reach.RUNNING)
    monkeypatch.setattr(deploy, "stack_status", lambda _: stack_status)
    monkeypatch.setattr(status, "_freshness", lambda _: "")
    monkeypatch.setattr(status.resources, "of_kind", lambda *_: [])
    console = Console(file=StringIO(), width=120)

    assert status.show(console, LocalCloud.for_tests("status")) is is_complete

    assert ("repeats a failed deployment" in console.file.getvalue()) is not is_complete  # type: ignore[attr-defined]
