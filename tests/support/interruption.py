"""Run other code between two AWS calls, for example between a read and a write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from botocore.client import BaseClient


class Interruption:
    """Runs `cut_in` once, before the `call`th call. `happened` is False if there were fewer calls."""

    def __init__(self, call: int, cut_in: Callable[[], object]) -> None:
        self.calls_left = call
        self.cut_in = cut_in
        self.happened = False

    def note_call(self) -> None:
        self.calls_left -= 1
        if self.calls_left == 0:
            self.happened = True
            self.cut_in()


@contextmanager
def interrupted(call: int, cut_in: Callable[[], object]) -> Iterator[Interruption]:
    """Within the context, run `cut_in` before the `call`th AWS call."""
    interruption, real = Interruption(call, cut_in), vars(BaseClient)["_make_api_call"]

    def make_api_call(client: BaseClient, operation: str, arguments: object) -> object:
        interruption.note_call()
        return real(client, operation, arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", make_api_call)
        yield interruption
