"""Make what every call needs while the function starts."""

import os
from collections.abc import Callable
from functools import cache
from typing import TypeVar

Made = TypeVar("Made")


def made_at_start(make: Callable[[], Made]) -> Callable[[], Made]:
    """Call `make` once, and return what it made ever after. In a Lambda function, that once is now.

    Lambda starts a function on a whole processor, and calls it on a share that goes by its memory: at 512 MB, a client
    that its first call makes takes that call three times as long
    (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). Elsewhere, such as in a test that is not
    on its moto yet, `make` waits for who asks.
    """
    made = cache(make)
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        made()
    return made
