"""Problem documents: how the API says that something is wrong (RFC 9457, https://www.rfc-editor.org/rfc/rfc9457)."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import NotRequired

from pydantic import ValidationError
from typing_extensions import TypedDict

CONTENT_TYPE = "application/problem+json"

# As RFC 9110 calls them. Python before 3.13 has older names.
TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}

# A request of megabytes can be wrong in more places than an answer can hold, and under longer names.
MAX_ERRORS = 20
MAX_POINTER_LENGTH = 200


class MemberError(TypedDict):
    """What is wrong with a member of the request; `pointer` is a JSON pointer to it (RFC 6901)."""

    pointer: str
    detail: str


class ProblemDocument(TypedDict):
    """What is wrong, and what to do about it (RFC 9457). API Gateway leaves `status` out of some of its own.

    `total` and `currency` are there where a price has changed: what the order costs now, in minor units.
    """

    type: str
    title: str
    status: NotRequired[int]
    detail: str
    instance: str
    total: NotRequired[int]
    currency: NotRequired[str]
    errors: NotRequired[list[MemberError]]


class Problem(Exception):
    """An answer other than the one that was hoped for.

    Args:
        status: the HTTP status.
        detail: what is wrong, and what to do about it.
        kind: a name for programs, such as `unknown-product`; None where the status says it all.
        errors: for a validation problem, `{"pointer": "/items/0/sku", "detail": "..."}` for each fault.
        total: what an order costs now, in minor units of `currency`, where it is refused because a price has changed.
        currency: of `total`.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        kind: str | None = None,
        errors: Sequence[MemberError] = (),
        total: int | None = None,
        currency: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.kind = kind
        self.errors = list(errors[:MAX_ERRORS])
        self.total = total
        self.currency = currency

    def document(self, instance: str) -> ProblemDocument:
        """Return the problem document; `instance` says where it happened (path and request id)."""
        document: ProblemDocument = {
            "type": f"urn:serverless-orders:problem:{self.kind}" if self.kind else "about:blank",
            "title": TITLES.get(self.status) or HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
        }
        if self.total is not None and self.currency is not None:
            document["total"] = self.total
            document["currency"] = self.currency
        if self.errors:
            document["errors"] = self.errors
        return document


def invalid(error: ValidationError) -> Problem:
    """Return what pydantic found wrong with a request as a problem: 400 for what is no JSON at all, else 422."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    if any(fault["type"] == "json_invalid" for fault in faults):
        return Problem(400, "The request's body is not valid JSON.", kind="malformed-json")
    errors: list[MemberError] = [
        # The prefix is pydantic's own; what follows are our words.
        {"pointer": json_pointer(*fault["loc"]), "detail": fault["msg"].removeprefix("Value error, ")}
        for fault in faults
    ]
    return invalid_members(*errors)


def invalid_members(*errors: MemberError) -> Problem:
    """Return the problem of a request in which these members are wrong."""
    return Problem(422, "The request is not valid: see `errors`.", kind="invalid-request", errors=errors)


def json_pointer(*path: str | int) -> str:
    """Return the path to a member as a JSON pointer (RFC 6901), cut where it is too long to be meant seriously."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)[:MAX_POINTER_LENGTH]
