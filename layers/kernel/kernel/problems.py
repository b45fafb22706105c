"""Problem documents: the error responses of the API (RFC 9457, https://www.rfc-editor.org/rfc/rfc9457)."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import NotRequired

from pydantic import ValidationError
from typing_extensions import TypedDict

CONTENT_TYPE = "application/problem+json"

# The names of RFC 9110. Python before 3.13 has older ones.
TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}

# Limits of the response: a request of megabytes can contain more errors, and longer member names, than fit into it.
MAX_ERRORS = 20
MAX_POINTER_LENGTH = 200


class MemberError(TypedDict):
    """An error in a member of the request. `pointer` is the JSON pointer to the member (RFC 6901)."""

    pointer: str
    detail: str


class ProblemDocument(TypedDict):
    """An error response: what happened, and what to do next (RFC 9457).

    API Gateway omits `status` in some of its own responses. If a price has changed, `total` and `currency` are the
    new total of the order, in minor units.
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
    """An HTTP error response (RFC 9457).

    Args:
        status: The HTTP status.
        detail: What happened, and what to do next.
        kind: The slug of the problem type, such as `unknown-product`. None if the status is specific enough.
        errors: The errors of a request that is not valid, such as `{"pointer": "/items/0/sku", "detail": "..."}`.
        total: The new total of an order, in minor units of `currency`, if a price has changed.
        currency: The currency of `total`.
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
        """Return the problem document. `instance` identifies the request by its path and request id."""
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
    """Convert pydantic's error about a request: 400 if the body is not JSON, otherwise 422."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    if any(fault["type"] == "json_invalid" for fault in faults):
        return Problem(400, "The request body is not valid JSON: send a JSON object.", kind="malformed-json")
    errors: list[MemberError] = [
        # pydantic adds the prefix to the messages of our own validators.
        {"pointer": json_pointer(*fault["loc"]), "detail": fault["msg"].removeprefix("Value error, ")}
        for fault in faults
    ]
    return invalid_members(*errors)


def invalid_members(*errors: MemberError) -> Problem:
    """Return the problem for a request with these errors."""
    return Problem(
        422, "The request is not valid: correct the members that `errors` lists.", kind="invalid-request", errors=errors
    )


def json_pointer(*path: str | int) -> str:
    """Return the path to a member as a JSON pointer (RFC 6901), truncated to MAX_POINTER_LENGTH."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)[:MAX_POINTER_LENGTH]
