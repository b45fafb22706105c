"""The output of `make dead-letters` and `make redrive`."""

import io

import pytest
from rich.console import Console

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal import dead_letters

EVENT = '{"id": "orders:1:1", "type": "OrderPlaced"}'


class Shop:
    """A fake API for operators: redriving takes two calls, and one message returns to the queue."""

    def __init__(self):
        self.depth = 12
        self.redriven = []

    def dead_letters(self):
        poison = {"sent_at": "2026-11-20T12:00:00.000000Z", "body": '{"poison":\n "[red]"}', "cause": "No\n  [b]event"}
        unknown = {"sent_at": "2026-11-20T12:00:01.000000Z", "body": EVENT}
        return [
            {"queue": "fulfilment", "depth": 0, "messages": []},
            {"queue": "projection", "depth": self.depth, "oldest_age_seconds": 7300, "messages": [poison, unknown]},
        ]

    def redrive(self, queue):
        self.redriven.append(queue)
        finished = len(self.redriven) == 2
        self.depth = 1 if finished else 2
        return {"queue": queue, "sent": 2 if finished else 10, "left": self.depth, "finished": finished}


@pytest.fixture
def console(monkeypatch):
    monkeypatch.setattr(dead_letters, "SETTLE_SECONDS", 0)
    return Console(file=io.StringIO(), width=200, highlight=False)


def test_queues_are_shown_with_messages_and_causes(console):
    dead_letters.show(console, Shop())

    shown = console.file.getvalue()
    assert ["projection", "12", "2", "h"] in [line.split() for line in shown.splitlines()]
    assert '{"poison": "[red]"}' in shown
    assert "No [b]event" in shown
    assert "OrderPlaced orders:1:1" in shown
    assert dead_letters.NO_CAUSE in shown
    assert "make redrive QUEUE=projection" in shown


def test_a_redrive_sends_all_messages_and_says_how_many_came_back(console):
    shop = Shop()

    dead_letters.redrive(console, shop, "projection")

    assert shop.redriven == ["projection", "projection"]
    assert console.file.getvalue().split("\n")[:4] == [
        "projection holds 12 messages.",
        "  sent 10, 2 left",
        "  sent 12, 1 left",
        "The queue holds 1 message after 0 s. `make dead-letters` shows the causes.",
    ]


def test_redriving_an_empty_queue_sends_nothing(console):
    shop = Shop()

    dead_letters.redrive(console, shop, "fulfilment")

    assert "fulfilment holds no dead letters" in console.file.getvalue()
    assert shop.redriven == []


@pytest.mark.parametrize(
    ("name", "mistake"), [(None, "Name the queue"), ("projections", "There is no dead-letter queue projections")]
)
def test_the_error_for_an_unknown_queue_lists_the_queues(console, name, mistake):
    shop = Shop()

    with pytest.raises(LocalCloudError, match=rf"{mistake}(.|\n)*fulfilment\n  projection"):
        dead_letters.redrive(console, shop, name)

    assert shop.redriven == []
