"""The `Idempotency-Key` header: the client's name for an action that must happen once."""

import re

from kernel.http_application import Routes
from kernel.problems import Problem

IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,64}")


def idempotency_key(routes: Routes) -> str:
    """Return the key of the request that `routes` is serving: 1 to 64 visible ASCII characters.

    Raises:
        Problem: 400, the request has no key, more than one, or one with other characters.
    """
    keys = routes.header_values("Idempotency-Key")
    if len(keys) != 1 or not IDEMPOTENCY_KEY.fullmatch(keys[0]):
        raise Problem(
            400,
            "Send one header Idempotency-Key with 1 to 64 visible ASCII characters, such as a UUID; "
            "repeat it when you repeat the request.",
            kind="idempotency-key",
        )
    return keys[0]
