"""Faults at random, for the functions of a test deployment. The lane copies this into its kernel; no other has it."""

import os
import random
import sys
from collections.abc import Callable
from typing import Any

Call = Callable[..., Any]

# Of all calls: faults before anything is done, and as many after all is done.
RATE = 0.05
# Of these faults: those at which the whole process is gone, as when Lambda kills it. Nothing catches that.
KILLS = 0.25
INJECTED = "INJECTED FAULT"
KILLED = "KILLED"
# Whatever it failed of: this fault, or one of a provider that is down. The engine makes the call again.
FAILED = "CALL FAILED"


class InjectedFault(Exception):
    """A fault that the lane has asked for."""


def faulty(call: Call) -> Call:
    """Return `call` as it is on a bad day: at times it fails before it begins, at times when all is done."""

    def call_on_a_bad_day(*arguments: Any, **options: Any) -> Any:
        if _is_query(*arguments):
            return call(*arguments, **options)
        dice = random.random()
        if dice < RATE:
            _fail(f"before {call.__name__}")
        answer = call(*arguments, **options)
        if dice > 1 - RATE:
            _fail(f"after {call.__name__}")
        return answer

    return call_on_a_bad_day


def counted(handler: Call) -> Call:
    """Return the function's handler, which tells when it fails."""

    def count_failures(*arguments: Any, **options: Any) -> Any:
        try:
            return handler(*arguments, **options)
        except Exception as failure:
            print(FAILED, type(failure).__name__)
            raise

    return count_failures


class FaultyProvider:
    """A provider whose answer is lost now and then, after the call took effect there."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider

    def __getattr__(self, name: str) -> Call:
        effect = getattr(self._provider, name)

        def lose_the_answer(*arguments: Any) -> Any:
            answer = effect(*arguments)
            if random.random() < RATE:
                _fail(f"after {name} at the provider")
            return answer

        return lose_the_answer


def _is_query(event: Any = None, *_: Any) -> bool:
    """Return whether the call is a GET request to the API. The lane itself sends them."""
    return isinstance(event, dict) and event.get("httpMethod") == "GET"


def _fail(where: str) -> None:
    if random.random() < KILLS:
        print(INJECTED, KILLED, where)
        sys.stdout.flush()
        os._exit(1)
    print(INJECTED, where)
    raise InjectedFault(where)
