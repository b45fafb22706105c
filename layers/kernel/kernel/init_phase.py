"""What makes cold starts shorter: docs/decisions/0066-quicker-starts.md."""

import gc
import os
from collections.abc import Callable
from functools import cache
from typing import TypeVar

Made = TypeVar("Made")

# The init phase creates more than 100,000 objects, which all stay. With Python's default threshold, garbage collections
# take a sixth of it.
gc.set_threshold(200_000)


def cached_at_init(make: Callable[[], Made]) -> Callable[[], Made]:
    """Cache the result of `make`. In Lambda, compute it during the init phase.

    Lambda gives the init phase a whole processor. Calls get a share of one, by the function's memory: at 512 MB, a
    client that is created in the first call takes three times as long
    (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). Outside Lambda, such as in a test that has
    not started moto yet, the first caller computes it.
    """
    cached = cache(make)
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        cached()
    return cached
