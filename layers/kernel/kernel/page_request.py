"""Pagination: the query parameters `limit` and `next_token`."""

import base64
import json
from collections.abc import Callable
from typing import NamedTuple

from kernel.http_application import Routes
from kernel.problems import Problem

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


class PageRequest(NamedTuple):
    limit: int
    start: dict[str, str] | None


def page_request(routes: Routes, key_names: set[str], is_listed: Callable[[dict[str, str]], bool]) -> PageRequest:
    """Return the requested page.

    Args:
        routes: The routes that serve the request.
        key_names: The attribute names of the list's page keys.
        is_listed: Returns whether the list currently has an entry with this key. A page starts after the entry of its
            key. A key without an entry is forged, stale, or belongs to another list.

    Raises:
        Problem: 400, `limit` is not an integer from 1 to MAX_LIMIT, or `next_token` is not a token of this list.
    """
    limit = _limit(routes.query_parameter("limit"))
    return PageRequest(limit, _start(routes.query_parameter("next_token"), key_names, is_listed))


def next_token(key: dict[str, str]) -> str:
    """Return the token of the page that starts after `key`. The token is encoded, not encrypted."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MAX_LIMIT):
        raise Problem(400, f"The limit is not valid: send a whole number from 1 to {MAX_LIMIT}.", kind="limit")
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
        raise Problem(400, "The next_token matches no entry of this list: start again without it.", kind="next-token")
    return key  # type: ignore[no-any-return]


def _is_key(key: object, key_names: set[str]) -> bool:
    return (
        isinstance(key, dict)
        and set(key) == key_names
        and all(isinstance(value, str) and value.isascii() and 0 < len(value) <= 200 for value in key.values())
    )
