"""Routes of the HTTP API and the Lambda handler that serves them. Powertools does the routing.

Errors become problem documents.

A use case declares its route, and an entry point collects the routes of its use cases:

    routes = Routes()

    @routes.post("/orders")
    def place_order() -> Response[str]: ...

    handler = http_application(place_order.routes, cancel_order.routes)
"""

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from pydantic import BaseModel, ConfigDict, ValidationError

from kernel.identity import Caller, caller_of
from kernel.observability import logger, tracer
from kernel.problems import CONTENT_TYPE, Problem, invalid

Body = TypeVar("Body", bound="RequestBody")
LambdaHandler = Callable[[dict[str, Any], Any], dict[str, Any]]

# The largest valid order has about 20 KB. API Gateway accepts bodies of up to 10 MB.
MAX_BODY_BYTES = 64 * 1024
# The spelling of RFC 9110.
_HEADER_NAMES = {"etag": "ETag"}

# Paths must not contain these: Powertools ends a pattern with `$`, which also matches before a trailing line break.
CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# API Gateway replaces each byte that is not UTF-8 with this character, which valid requests never contain. (Bodies of
# binary media types are base64-encoded, and decoding them raises an error instead.)
REPLACEMENT_CHARACTER = "\ufffd"


class RequestBody(BaseModel):
    """The JSON body of a request. It rejects unknown members, and `true`, `1.0` and `"1"` as integers."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class ResponseBody(BaseModel):
    """The JSON body of a response. It omits members that are None."""

    model_config = ConfigDict(frozen=True)


class Routes(Router):
    """The routes of a use case, and access to the current request.

    A route returns its success response and raises `Problem` for every other response.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # Powertools declares no types here.

    def body(self, model: type[Body]) -> Body:
        """Parse the request's body as `model`.

        Raises:
            Problem: 400, the body is missing, not UTF-8 or not JSON; 413, it is larger than MAX_BODY_BYTES; 422, it is
                not valid for `model`.
        """
        try:
            text = self.current_event.decoded_body
            size = len(text.encode()) if text else 0
        except ValueError:
            raise _not_utf_8() from None
        if size > MAX_BODY_BYTES:
            raise _too_large()
        if not text:
            raise Problem(400, "The request has no body: send a JSON object.", kind="malformed-json")
        if REPLACEMENT_CHARACTER in text:
            raise _not_utf_8()
        # Only here: elsewhere a ValidationError is about stored data, which is a fault of the service.
        try:
            return model.model_validate_json(text)
        except ValidationError as error:
            raise invalid(error) from None

    def raw_body(self) -> bytes:
        """Return the bytes of the request's body as they arrived. A signature covers these bytes.

        Raises:
            Problem: 400, the body is not base64 although the event says so; 413, it is larger than MAX_BODY_BYTES.
        """
        event = self.current_event
        text = event.body or ""
        try:
            # Keep a lone surrogate: its bytes are not UTF-8, so no signature matches.
            body = base64.b64decode(text) if event.is_base64_encoded else text.encode(errors="surrogatepass")
        except ValueError:
            raise Problem(400, "The request body is not valid base64.", kind="malformed-body") from None
        if len(body) > MAX_BODY_BYTES:
            raise _too_large()
        return body

    def query_parameter(self, name: str) -> str | None:
        """Return the query parameter `name`, or None if it is absent."""
        return self.current_event.query_string_parameters.get(name)

    def header(self, name: str) -> str | None:
        """Return the header `name`, or None if it is absent.

        Raises:
            Problem: 400, the request contains the header more than once with different values.
        """
        values = set(self.header_values(name))
        if len(values) > 1:
            raise Problem(400, f"The request contains the header {name} more than once: send it once.", kind="header")
        return values.pop() if values else None

    def header_values(self, name: str) -> list[str]:
        """Return all values of a header in the order of the request. The list is empty if the header is absent.

        Args:
            name: The name of the header, case-insensitive.
        """
        event = self.current_event.raw_event
        headers = event.get("multiValueHeaders") or {
            each: [value] for each, value in (event.get("headers") or {}).items()
        }
        return [value for each, values in headers.items() if each.lower() == name.lower() for value in values]

    def caller(self) -> Caller:
        """Return the signed-in user who sent the request.

        Raises:
            Problem: 401, the request has no valid ID token.
        """
        return caller_of(self.current_event.raw_event)


def http_application(*routes: Routes) -> LambdaHandler:
    """Return the Lambda handler that serves `routes`. It converts every exception to a problem document."""
    application = APIGatewayRestResolver(serializer=_json)
    application.use([_refuse_control_characters])
    for each in routes:
        application.include_router(each)

    def problem_response(problem: Problem) -> Response[str]:
        request = application.current_event
        instance = f"{request.path}#{request.request_context.request_id}"
        return Response(problem.status, CONTENT_TYPE, _json(problem.document(instance)))

    def fault_response(_error: Exception) -> Response[str]:
        logger.exception("the request failed with an unexpected error")
        return problem_response(Problem(500, "Something went wrong on our side. Send the same request again."))

    application.exception_handler(Problem)(problem_response)
    application.exception_handler(Exception)(fault_response)
    application.not_found(lambda _: problem_response(_not_found()))

    @logger.inject_lambda_context(clear_state=True)
    @tracer.capture_lambda_handler(capture_response=False)
    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        response = application.resolve(event, context)
        logger.info("%s %s returned %s", event["httpMethod"], event.get("resource"), response["statusCode"])
        return response

    return cast(LambdaHandler, handler)


def json_response(status: int, document: BaseModel | Mapping[str, Any], **headers: str) -> Response[str]:
    """Return `document` as a JSON response. Write header names with `_` for `-`: `cache_control="max-age=5"`."""
    body = document.model_dump(mode="json", exclude_none=True) if isinstance(document, BaseModel) else document
    return Response(
        status,
        "application/json",
        _json(body),
        headers={_HEADER_NAMES.get(name) or name.replace("_", "-").title(): value for name, value in headers.items()},
    )


def _refuse_control_characters(
    application: APIGatewayRestResolver, next_middleware: Callable[..., Response[str]]
) -> Response[str]:
    if CONTROL_CHARACTER.search(unquote(application.current_event.path)):
        raise _not_found()
    return next_middleware(application)


def _not_found() -> Problem:
    return Problem(404, "There is no resource at this path: check the path and the method.")


def _too_large() -> Problem:
    return Problem(413, f"The request body has more than {MAX_BODY_BYTES} bytes: send a smaller one.")


def _not_utf_8() -> Problem:
    return Problem(400, "The request body is not UTF-8 text: send JSON in UTF-8.", kind="malformed-json")


def _json(document: object) -> str:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)
