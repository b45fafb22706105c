"""Faults at random, for the functions of a test deployment. The lane copies this into its kernel; no other has it."""

import random
from collections.abc import Callable
from typing import Any

Handler = Callable[[Any, Any], Any]

# Of all calls: faults before anything is done, and as many after all is done.
RATE = 0.05
MARK = "INJECTED FAULT"


class InjectedFault(Exception):
    """A fault that the lane has asked for."""


def faulty(handler: Handler) -> Handler:
    """Return `handler` as it is on a bad day: some calls fail before it, some after it, when all is written."""

    def handler_on_a_bad_day(event: Any, context: Any) -> Any:
        dice = random.random()
        if dice < RATE:
            _fail("before")
        answer = handler(event, context)
        if dice > 1 - RATE:
            _fail("after")
        return answer

    return handler_on_a_bad_day


class FaultyProvider:
    """A provider whose answer is lost now and then, after the call took effect there."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider

    def __getattr__(self, call: str) -> Handler:
        effect = getattr(self._provider, call)

        def lose_the_answer(*arguments: Any) -> Any:
            answer = effect(*arguments)
            if random.random() < RATE:
                _fail("at the provider")
            return answer

        return lose_the_answer


def _fail(where: str) -> None:
    print(MARK, where)
    raise InjectedFault(where)
