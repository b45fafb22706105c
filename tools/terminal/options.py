"""The options of the commands. make exports its variables as environment variables, which are the defaults."""

import argparse
import os
from collections.abc import Callable

from tools.local_cloud.cloud import LocalCloudError

# The optional text options of each command, and the environment variable that make exports for each. The Makefile
# exports COMMENT, REASON, SQL and OBJECT under names of their own, because make must not expand their text.
TEXT_OPTIONS = {
    "pay": {"order": "ORDER"},
    "ship": {"order": "ORDER"},
    "show": {"order": "ORDER", "as-of": "AS_OF"},
    "history": {"order": "ORDER"},
    "query": {"sql": "QUERY_SQL", "name": "Q"},
    "set-aside": {"object": "OBJECT_KEY"},
    "return": {"order": "ORDER", "sku": "SKU", "reason": "RETURN_REASON"},
    "decide": {"task": "TASK", "decision": "DECISION", "comment": "DECISION_COMMENT"},
}


def add_options(parser: argparse.ArgumentParser, name: str) -> None:
    """Add the options of the command `name` to its parser."""
    if name in ("up", "order"):
        _add_order_options(parser, from_environment=name == "order")
    if name == "return":
        parser.add_argument("--quantity", type=_count("QUANTITY"), default=os.environ.get("QUANTITY") or None)
    if name == "decide":
        _add_flag(parser, "RESTOCK")
    if name == "measure-sagas":
        parser.add_argument("--orders", type=_count("ORDERS"), default=os.environ.get("ORDERS") or 20)
    if name == "redrive":
        parser.add_argument("queue", nargs="?", help="the name of the queue, as `dead-letters` shows it")
    for option, variable in TEXT_OPTIONS.get(name, {}).items():
        parser.add_argument(f"--{option}", default=os.environ.get(variable) or None)
    if name == "pay":
        _add_flag(parser, "DECLINE")
    if name == "ship":
        _add_flag(parser, "DELIVER")
        _add_flag(parser, "LOST")
    if name == "logs":
        parser.add_argument("function", nargs="?", help="the name of the function in template.yaml")


def _add_order_options(parser: argparse.ArgumentParser, *, from_environment: bool) -> None:
    given = os.environ if from_environment else {}
    parser.add_argument("--payment", default=given.get("PAYMENT") or "pm_card_visa")
    parser.add_argument("--postal-code", default=given.get("POSTAL_CODE") or "10115")
    parser.add_argument("--quantity", type=_count("QUANTITY"), default=given.get("QUANTITY") or None)
    parser.add_argument("--sku", default=given.get("SKU") or None)
    _add_flag(parser, "VERBOSE")


def _count(variable: str) -> Callable[[str], int]:
    """Return the type of an option that counts something and that make passes as `variable`."""

    def parse(text: str) -> int:
        if not text.isdecimal() or int(text) == 0:
            raise LocalCloudError(f"{variable} is {text!r}, but it must be a whole number of at least 1.")
        return int(text)

    return parse


def _add_flag(parser: argparse.ArgumentParser, variable: str) -> None:
    """Add an option that is 1 or 0 and that make passes as `variable`."""

    def parse(text: str) -> bool:
        if text not in ("0", "1"):
            raise LocalCloudError(f"{variable} is {text!r}, but it must be 1 or 0 (the default).")
        return text == "1"

    parser.add_argument(f"--{variable.lower()}", type=parse, default=os.environ.get(variable) or "0")
