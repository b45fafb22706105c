"""The client's `Idempotency-Key`: the name of one intent, which the client repeats with each retry of its request."""

import re

from kernel.http_application import HttpApplication
from kernel.problems import Problem

IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,64}")


def idempotency_key(app: HttpApplication) -> str:
    """Return the request's Idempotency-Key.

    Raises:
        Problem: 400, the request has none, more than one, or one that is not 1 to 64 visible ASCII characters.
    """
    key = app.header("Idempotency-Key")
    if key is None or not IDEMPOTENCY_KEY.fullmatch(key):
        raise Problem(
            400,
            "Send a header Idempotency-Key with 1 to 64 visible ASCII characters, such as a UUID; "
            "repeat it when you repeat the request.",
            kind="idempotency-key",
        )
    return key
