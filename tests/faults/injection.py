"""Random faults for the functions of a test deployment.

The fault lane copies this module into the kernel of its deployment. No other deployment contains it.
"""

import os
import random
import sys
from collections.abc import Callable
from typing import Any

Call = Callable[..., Any]

# The share of calls that fail before they begin. The same share fails after they have finished.
RATE = 0.05
# Share of these faults that kill the process, as Lambda does after a timeout. No code can catch that.
KILLS = 0.25
INJECTED = "INJECTED FAULT"
KILLED = "KILLED"
# Logged for each call that raises. Its caller (AWS or a client) retries it.
FAILED = "CALL FAILED"
# For a recipient with this name, every response of the carrier to a booking is lost.
LOST_RESPONSES = "Lost Responses"


class InjectedFault(Exception):
    """An injected fault."""


def faulty(call: Call) -> Call:
    """Return `call` with random faults, before it begins or after it has finished."""

    def call_with_faults(*arguments: Any, **options: Any) -> Any:
        if _is_query(*arguments):
            return call(*arguments, **options)
        chance = random.random()
        if chance < RATE:
            _fail(f"before {call.__name__}")
        result = call(*arguments, **options)
        if chance > 1 - RATE:
            _fail(f"after {call.__name__}")
        return result

    return call_with_faults


def counted(handler: Call) -> Call:
    """Return `handler` with a log line for each failed call."""

    def count_failures(*arguments: Any, **options: Any) -> Any:
        try:
            return handler(*arguments, **options)
        except Exception as failure:
            print(FAILED, type(failure).__name__)
            raise

    return count_failures


class FaultyProvider:
    """A provider whose response is sometimes lost after the call took effect. For LOST_RESPONSES it is always lost."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider

    def __getattr__(self, name: str) -> Call:
        effect = getattr(self._provider, name)

        def call_and_lose_response(*arguments: Any) -> Any:
            response = effect(*arguments)
            is_lost = any(getattr(argument, "name", None) == LOST_RESPONSES for argument in arguments)
            if is_lost or random.random() < RATE:
                _fail(f"after {name} at the provider")
            return response

        return call_and_lose_response


def _is_query(event: Any = None, *_: Any) -> bool:
    """Return whether the call is a GET request to the API. Only the tests send them."""
    return isinstance(event, dict) and event.get("httpMethod") == "GET"


def _fail(where: str) -> None:
    if random.random() < KILLS:
        print(INJECTED, KILLED, where)
        sys.stdout.flush()
        os._exit(1)
    print(INJECTED, where)
    raise InjectedFault(where)
