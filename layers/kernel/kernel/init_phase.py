"""Settings that shorten cold starts: docs/decisions/0025-short-cold-starts.md."""

import gc
import os
from collections.abc import Callable
from functools import cache
from typing import TypeVar

Result = TypeVar("Result")

# The init phase creates about 100,000 objects and frees none. With Python's default threshold, garbage collections take
# about a tenth of that phase.
gc.set_threshold(200_000)


def cached_at_init(make: Callable[[], Result]) -> Callable[[], Result]:
    """Cache the result of `make`. In Lambda, compute it during the init phase.

    Lambda gives the init phase a full processor, but an invocation only a share of one, in proportion to the memory of
    the function. At 512 MB, creating a client during the first invocation takes three times as long
    (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). Outside Lambda, the first call computes
    the result, because a test has not started moto yet when it imports the module.
    """
    cached = cache(make)
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        cached()
    return cached
