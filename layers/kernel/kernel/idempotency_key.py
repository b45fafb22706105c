"""The `Idempotency-Key` header, by which a client makes the retry of a request safe."""

import re

from kernel.http_application import Routes
from kernel.problems import Problem

IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,64}")


def idempotency_key(routes: Routes) -> str:
    """Return the idempotency key of the current request: 1 to 64 visible ASCII characters.

    Raises:
        Problem: 400, the request has no key, several keys, or a key with other characters.
    """
    keys = routes.header_values("Idempotency-Key")
    if len(keys) != 1 or not IDEMPOTENCY_KEY.fullmatch(keys[0]):
        raise Problem(
            400,
            "Send one header Idempotency-Key with 1 to 64 visible ASCII characters, such as a UUID. "
            "Send the same key when you retry the request.",
            kind="idempotency-key",
        )
    return keys[0]
