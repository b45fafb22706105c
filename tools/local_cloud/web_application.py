"""The local replacement for CloudFront. It serves the web page from its S3 bucket and forwards `/api/*` to the API.

Run as `python -m tools.local_cloud.web_application PORT STACK_FILE`. It reads the stack file for each request, so it
needs no restart after a deployment. It uses Starlette as framework, Hypercorn as server, and httpx to call the API.
"""

import asyncio
import json
import re
import sys
from collections.abc import Iterable
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
from botocore.exceptions import BotoCoreError, ClientError
from hypercorn.asyncio import serve
from hypercorn.config import Config
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tools.local_cloud.aws import Aws
from tools.local_cloud.stack import Stack
from tools.local_cloud.web_headers import security_headers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mypy_boto3_s3 import S3Client

API = "/api/"
# Where a page that is visited through a forwarded port signs its users in.
SIGN_IN = "/cognito"
SIGN_IN_TARGET = "AWSCognitoIdentityProviderService."
METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
# The names of this machine. Another name in `Host` means DNS rebinding: a foreign domain that resolves to 127.0.0.1.
HOSTS = ["127.0.0.1", "localhost", "*.localhost"]
# API Gateway times out after 29 s. The emulator adds its own time on a slow machine.
TIMEOUT = httpx.Timeout(60, connect=5)
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
MAX_BODY_BYTES = 10 * 1024 * 1024
KEEP_ALIVE_SECONDS = 75
# Headers of a connection, not of the message (RFC 9110, section 7.6.1), and headers that each hop sets itself.
HOP_BY_HOP_HEADERS = {
    "connection", "content-length", "date", "host", "keep-alive", "proxy-authenticate", "proxy-authorization",
    "proxy-connection", "server", "te", "trailer", "transfer-encoding", "upgrade",
}  # fmt: skip
Headers = list[tuple[bytes, bytes]]


def application(stack_file: Path) -> Starlette:
    """Return the ASGI application that serves the stack of `stack_file`."""
    web = WebApplication(stack_file)
    return Starlette(
        routes=[
            Route(f"{API}{{path:path}}", web.pass_on, methods=METHODS),
            Route(SIGN_IN, web.sign_in, methods=["POST"]),
            Route("/{path:path}", web.send_page, methods=["GET", "HEAD"]),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS, www_redirect=False),
            # As CloudFront does. The scripts of a page are about 600 kB.
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=6),
        ],
        exception_handlers={
            HTTPException: lambda request, error: answer_error(request, error.status_code, error.detail, error.headers),
            httpx.TimeoutException: lambda request, _: answer_error(
                request, HTTPStatus.GATEWAY_TIMEOUT, f"The local cloud did not respond within {TIMEOUT.read:.0f} s."
            ),
            ClientDisconnect: lambda request, _: answer_error(
                request, HTTPStatus.BAD_REQUEST, "The request body is incomplete."
            ),
            **dict.fromkeys([httpx.HTTPError, BotoCoreError, ClientError, FileNotFoundError], answer_bad_gateway),
        },
        lifespan=web.lifespan,
    )


class WebApplication:
    """The page and the API of the stack that `stack_file` describes."""

    def __init__(self, stack_file: Path) -> None:
        self._stack_file = stack_file
        # No limit here: the browsers limit their connections, and the emulator has its own limit.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=50)
        self._api = httpx.AsyncClient(timeout=TIMEOUT, limits=limits, trust_env=False)
        self._s3: dict[str, S3Client] = {}
        self._client_lock = Lock()

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> "AsyncIterator[None]":
        """Close the connections to the API when the server ends."""
        async with self._api:
            yield

    async def pass_on(self, request: Request) -> Response:
        """Forward the request to the API unchanged, and return the response."""
        path, query = checked_path(request), request.scope["query_string"]
        stack = self._stack()
        target = urlsplit(stack.api_url).path.encode() + path.removeprefix(API.rstrip("/").encode())
        target += b"?" + query if query else b""
        # httpx's own methods would normalize the path and add headers that the browser did not send.
        forwarded = httpx.Request(
            request.method,
            stack.api_url,
            headers=end_to_end(request.headers.raw),
            content=await read_body(request),
            extensions={"target": target},
        )
        return await self._answer(forwarded)

    async def sign_in(self, request: Request) -> Response:
        """Forward a call of Cognito to the emulator, for a browser that reaches only the port of this server.

        A page of another site cannot send the header `X-Amz-Target` without a preflight request, which fails here.
        """
        target = request.headers.get("x-amz-target", "")
        if not target.startswith(SIGN_IN_TARGET):
            raise HTTPException(HTTPStatus.NOT_FOUND, "Only calls of Cognito are forwarded.")
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target}
        url = self._stack().emulator_url
        return await self._answer(httpx.Request("POST", url, headers=headers, content=await read_body(request)))

    async def _answer(self, forwarded: httpx.Request) -> Response:
        received = await self._api.send(forwarded, stream=True)
        try:
            # Raw bytes, because a compressed response must stay compressed.
            content = b"".join([chunk async for chunk in received.aiter_raw()])
        finally:
            await received.aclose()
        response = Response(content, received.status_code)
        response.raw_headers += end_to_end(received.headers.raw, excluded=SECURITY_HEADERS)
        return response

    async def send_page(self, request: Request) -> Response:
        """Return a file of the page's bucket, or `index.html` for a route of the single-page application."""
        checked_path(request)
        path = request.path_params["path"]
        # A path without a dot is a route of the page. The CloudFront function uses the same rule.
        key = path if "." in path else "index.html"
        forwarded_host = request.headers.get("x-forwarded-host") if path == "config.json" else None
        # The configuration for a forwarded port is another one than the file's, so no browser has it.
        known = "" if forwarded_host else request.headers.get("If-None-Match", "")
        try:
            file = await run_in_threadpool(self._file, self._stack(), key, known)
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such file.") from None
            raise
        return with_sign_in_at(forwarded_host, file) if forwarded_host else file

    def _file(self, stack: Stack, key: str, known: str) -> Response:
        stored = self.s3(stack).get_object(Bucket=stack.outputs["WebBucketName"], Key=key)
        content = stored["Body"].read()
        # Weak as CloudFront's, because the middleware may compress the content.
        etag = f"W/{stored['ETag']}"
        headers = {"Cache-Control": stored.get("CacheControl", "no-cache"), "ETag": etag}
        if etag in known:
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return Response(content, headers=headers | {"Content-Type": stored["ContentType"]})

    def s3(self, stack: Stack) -> "S3Client":
        """Return the S3 client of the stack's emulator. Needs a lock, because boto3's factory is not thread-safe."""
        with self._client_lock:
            if stack.emulator_url not in self._s3:
                self._s3[stack.emulator_url] = Aws(stack.emulator_url).s3
            return self._s3[stack.emulator_url]

    def _stack(self) -> Stack:
        return Stack.read(self._stack_file)


def with_sign_in_at(host: str, configuration: Response) -> Response:
    """Return `config.json` for a page that the browser loaded from `host`, where a forwarded port of this machine is.

    The browser of a GitHub codespace reaches this server at `https://{name}-8080.app.github.dev`, and not the emulator.
    So the page polls instead of opening a WebSocket connection.
    """
    changed = {"cognito_endpoint": f"https://{host}{SIGN_IN}", "live_updates": False}
    return JSONResponse(json.loads(bytes(configuration.body)) | changed, headers={"Cache-Control": "no-store"})


def checked_path(request: Request) -> bytes:
    """Return the request's original path, percent-encoded.

    Raises:
        HTTPException: 404, if the path has a segment `.` or `..`, encoded or not, because clients and servers resolve
            such segments and the path could leave the API or the bucket. Also 404 if `/api/` is percent-encoded.
    """
    path, raw = request.scope["path"], request.scope["raw_path"]
    if {".", ".."} & set(re.split(r"[/\\]", path)):
        raise HTTPException(HTTPStatus.NOT_FOUND, "The path has a segment `.` or `..`.")
    if path.startswith(API) != raw.startswith(API.encode()):
        raise HTTPException(HTTPStatus.NOT_FOUND, f"The path of the API starts with {API}, not percent-encoded.")
    return bytes(raw)


async def read_body(request: Request) -> bytes:
    """Return the whole request body.

    Raises:
        HTTPException: 413, if the body is larger than the limit of API Gateway.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body has more than {MAX_BODY_BYTES} bytes.")
    return bytes(body)


def end_to_end(headers: Iterable[tuple[bytes, bytes]], excluded: Iterable[str] = ()) -> Headers:
    """Return the headers that a proxy forwards, with their order and duplicates.

    Args:
        headers: The headers of a request or a response.
        excluded: Lower-case names of more headers to drop.
    """
    headers = list(headers)
    named = b",".join(value for name, value in headers if name.lower() == b"connection").decode("latin-1").lower()
    dropped = {*HOP_BY_HOP_HEADERS, *excluded, *(name.strip() for name in named.split(","))}
    return [(name, value) for name, value in headers if name.decode("latin-1").lower() not in dropped]


def answer_error(
    request: Request, status: int, detail: str, headers: dict[str, str] | None = None
) -> JSONResponse | PlainTextResponse:
    """Return an error response: a problem document (RFC 9457) below `/api/`, plain text elsewhere."""
    if not request.url.path.startswith(API):
        return PlainTextResponse(f"{detail}\n", status, headers)
    document = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse(document, status, headers, media_type="application/problem+json")


def answer_bad_gateway(request: Request, error: Exception) -> Response:
    """Return the response for an emulator that is not running, or without a deployment."""
    cause = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return answer_error(
        request, HTTPStatus.BAD_GATEWAY, f"The local cloud does not respond ({cause}). Start it: make up"
    )


class ServerSettings(Config):
    """Hypercorn's settings. They add the security headers to every response, also to a malformed request."""

    include_server_header = False
    keep_alive_timeout = KEEP_ALIVE_SECONDS

    def __init__(self, bind: str, stack_file: Path) -> None:
        super().__init__()
        self.bind = [bind]
        self._stack_file = stack_file

    def response_headers(self, protocol: str) -> Headers:
        """Return the headers that Hypercorn adds to each response."""
        try:
            emulator_url = Stack.read(self._stack_file).emulator_url
        except FileNotFoundError:
            emulator_url = ""
        # The emulator serves the WebSocket API on its own origin.
        headers = security_headers(emulator_url, emulator_url.replace("http", "ws", 1))
        own = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        return [*super().response_headers(protocol), *own]


SECURITY_HEADERS = {name.lower() for name in security_headers()}


def main(port: str, stack_file: str) -> None:
    """Serve requests of this machine until the process is stopped."""
    file = Path(stack_file)
    web: Any = application(file)
    asyncio.run(serve(web, ServerSettings(f"127.0.0.1:{port}", file), mode="asgi"))


if __name__ == "__main__":
    main(*sys.argv[1:])
