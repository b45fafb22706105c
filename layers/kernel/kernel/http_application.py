"""The HTTP application of a function behind API Gateway: routing by Powertools, errors as problem documents."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast
from urllib.parse import unquote

from kernel.identity import Caller, caller_of
from kernel.observability import logger, tracer
from kernel.problems import CONTENT_TYPE, Problem, invalid

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from pydantic import BaseModel, ConfigDict, ValidationError

Body = TypeVar("Body", bound="RequestBody")
LambdaHandler = Callable[[dict[str, Any], Any], dict[str, Any]]

# The longest order that is in order has some 20 KB. API Gateway would let 10 MB through.
MOST_BYTES = 64 * 1024
# As RFC 9110 writes them.
_HEADER_NAMES = {"etag": "ETag"}

# A route's `$` also matches before a line break at the end of a path.
CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# API Gateway hands a body over as text, with this in the place of each byte that is not UTF-8. It is no character that
# anybody writes. (A body of a binary media type comes in base64, and is decoded strictly.)
REPLACEMENT_CHARACTER = "\ufffd"


class RequestBody(BaseModel):
    """A request's JSON. Unknown members are refused, and a number is a number: no `true`, no `1.0`, no `"1"`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class ResponseBody(BaseModel):
    """An answer's JSON. What is None is left out."""

    model_config = ConfigDict(frozen=True)


class HttpApplication(APIGatewayRestResolver):
    """Routes of one function. A route raises `Problem` for any answer that is not its good one."""

    def __init__(self) -> None:
        super().__init__(serializer=_json)
        self.exception_handler(Problem)(self._problem)
        self.exception_handler(ValidationError)(lambda error: self._problem(invalid(error)))
        self.exception_handler(Exception)(self._fault)
        self.not_found(lambda _: self._problem(_nothing_here()))
        self.use([_refuse_control_characters])

    def body(self, model: type[Body]) -> Body:
        """Return the request's body as `model`.

        Raises:
            Problem: 400, there is no body, or it is not UTF-8; 413, it has more than MOST_BYTES.
            pydantic.ValidationError: the body is no JSON, or not the JSON that `model` wants.
        """
        try:
            text = self.current_event.decoded_body
            size = len(text.encode()) if text else 0
        except ValueError:
            raise _not_utf_8() from None
        if size > MOST_BYTES:
            raise Problem(413, f"The request's body has more than {MOST_BYTES} bytes.")
        if not text:
            raise Problem(400, "The request has no body: send a JSON object.", kind="malformed-json")
        if REPLACEMENT_CHARACTER in text:
            raise _not_utf_8()
        return model.model_validate_json(text)

    def header(self, name: str) -> str | None:
        """Return the value of the request's header `name`, or None if the request has no such header.

        Raises:
            Problem: 400, the request has the header more than once, and the values differ.
        """
        values = set(self.header_values(name))
        if len(values) > 1:
            raise Problem(400, f"The request has the header {name} more than once: send it once.", kind="header")
        return values.pop() if values else None

    def caller(self) -> Caller:
        """Return who sent the request. Raises: Problem: 401, nobody is signed in."""
        return caller_of(self.current_event.raw_event)

    def header_values(self, name: str) -> list[str]:
        """Return the values of a header, one for each time that the client sent it.

        Args:
            name: The header's name, in any case.

        Returns:
            The values in their order; none where the header is absent.
        """
        event = self.current_event.raw_event
        headers = event.get("multiValueHeaders") or {
            each: [value] for each, value in (event.get("headers") or {}).items()
        }
        return [value for each, values in headers.items() if each.lower() == name.lower() for value in values]

    def lambda_handler(self) -> LambdaHandler:
        """Return the Lambda handler of these routes."""

        @logger.inject_lambda_context(clear_state=True)
        @tracer.capture_lambda_handler(capture_response=False)
        def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
            answer = self.resolve(event, context)
            logger.info("%s %s answered %s", event["httpMethod"], event.get("resource"), answer["statusCode"])
            return answer

        return cast(LambdaHandler, handler)

    def _problem(self, problem: Problem) -> Response[str]:
        request = self.current_event
        instance = f"{request.path}#{request.request_context.request_id}"
        return Response(problem.status, CONTENT_TYPE, _json(problem.document(instance)))

    def _fault(self, _error: Exception) -> Response[str]:
        logger.exception("the request met a fault")
        return self._problem(Problem(500, "Something went wrong here. Send the same request again."))


def _refuse_control_characters(app: HttpApplication, next_middleware: Callable[..., Response[str]]) -> Response[str]:
    if CONTROL_CHARACTER.search(unquote(app.current_event.path)):
        raise _nothing_here()
    return next_middleware(app)


def _nothing_here() -> Problem:
    return Problem(404, "There is nothing at this address.")


def _not_utf_8() -> Problem:
    return Problem(400, "The request's body is not UTF-8 text: send JSON in UTF-8.", kind="malformed-json")


def answer(status: int, document: BaseModel | Mapping[str, Any], **headers: str) -> Response[str]:
    """Return `document` as a JSON answer. A header's `_` is written as `-`: `cache_control="max-age=5"`."""
    body = document.model_dump(mode="json", exclude_none=True) if isinstance(document, BaseModel) else document
    return Response(
        status,
        "application/json",
        _json(body),
        headers={_HEADER_NAMES.get(name) or name.replace("_", "-").title(): value for name, value in headers.items()},
    )


def _json(document: object) -> str:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)
