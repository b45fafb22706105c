"""What `make dead-letters` and `make redrive` show."""

import io

import pytest
from rich.console import Console

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal import dead_letters

EVENT = '{"id": "orders:1:1", "type": "OrderPlaced"}'


class Shop:
    """The API as an operator sees it: redriving takes two calls, and one message comes back."""

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


def test_a_redrive_goes_on_to_the_end_and_tells_what_is_there_then(console):
    shop = Shop()

    dead_letters.redrive(console, shop, "projection")

    assert shop.redriven == ["projection", "projection"]
    assert console.file.getvalue().split("\n")[:4] == [
        "projection holds 12 messages.",
        "  sent 10, 2 left",
        "  sent 12, 1 left",
        "1 message there after 0 s. `make dead-letters` tells why.",
    ]


def test_of_an_empty_queue_nothing_is_sent(console):
    shop = Shop()

    dead_letters.redrive(console, shop, "fulfilment")

    assert "fulfilment holds no dead letters" in console.file.getvalue()
    assert shop.redriven == []


@pytest.mark.parametrize(
    ("name", "mistake"), [(None, "Which queue"), ("projections", "There is no queue projections of dead letters")]
)
def test_another_queue_is_answered_with_those_that_exist(console, name, mistake):
    shop = Shop()

    with pytest.raises(LocalCloudError, match=rf"{mistake}(.|\n)*fulfilment\n  projection"):
        dead_letters.redrive(console, shop, name)

    assert shop.redriven == []
