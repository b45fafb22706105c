"""Which page of a list a request asks for: `limit` and `next_token`."""

import base64
import json
from collections.abc import Callable
from typing import NamedTuple

from kernel.http_application import HttpApplication
from kernel.problems import Problem

DEFAULT_LIMIT, MOST = 20, 100


class PageRequest(NamedTuple):
    limit: int
    start: dict[str, str] | None


def page_request(app: HttpApplication, key_names: set[str], is_listed: Callable[[dict[str, str]], bool]) -> PageRequest:
    """Read the query string.

    Args:
        app: The application that serves the request.
        key_names: What the key of a page of this list consists of.
        is_listed: Whether an entry with this key is in the list now. A page starts after its key, so the key names the
            last entry of the page before. One that is not in the list is forged, another list's, or stale.

    Returns:
        The page that the request asks for.

    Raises:
        Problem: 400, `limit` is no number from 1 to MOST, or `next_token` is none of this list.
    """
    query = app.current_event.query_string_parameters or {}
    return PageRequest(_limit(query.get("limit")), _start(query.get("next_token"), key_names, is_listed))


def next_token(key: dict[str, str]) -> str:
    """Return the token of the page that starts after `key`. It names a place in a list, no secret."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MOST):
        raise Problem(400, f"The limit is a whole number from 1 to {MOST}.", kind="limit")
    return int(text)


def _start(
    token: str | None, key_names: set[str], is_listed: Callable[[dict[str, str]], bool]
) -> dict[str, str] | None:
    if token is None:
        return None
    try:
        key = json.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        key = None
    if not _is_key(key, key_names) or not is_listed(key):
        raise Problem(
            400, "The next_token names no entry that is in this list now: start without it.", kind="next-token"
        )
    return key  # type: ignore[no-any-return]


def _is_key(key: object, key_names: set[str]) -> bool:
    return (
        isinstance(key, dict)
        and set(key) == key_names
        and all(isinstance(value, str) and value.isascii() and 0 < len(value) <= 200 for value in key.values())
    )
