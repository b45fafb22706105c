"""The laptop's stand-in for CloudFront: the page from its S3 bucket, `/api/*` from the API's stage.

Run as `python -m local.web_server PORT STACK_FILE`. It reads the stack file for each request, so
it needs no restart after a deploy.
"""

import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from local.aws import Aws
from local.background import BackgroundProcess
from local.cloud import LocalCloud, LocalCloudError
from local.environment import programs_environment
from local.ports import is_taken, listener, taken_message
from local.stack import Stack
from local.web_headers import security_headers

API = "/api/"
# They concern one connection, not the message; and the length is set anew.
HOP_BY_HOP = {
    "connection", "content-length", "date", "host", "keep-alive", "proxy-authenticate", "proxy-authorization",
    "server", "te", "trailer", "transfer-encoding", "upgrade",
}  # fmt: skip


def process(cloud: LocalCloud) -> BackgroundProcess:
    """Where this cloud's web server is found."""
    return BackgroundProcess.in_directory(cloud.state_dir, "web-server")


def require_port(cloud: LocalCloud) -> None:
    """Check that the web server can have its port, or has it.

    Raises:
        LocalCloudError: somebody else has it.
    """
    if process(cloud).port() != cloud.web_port and is_taken(cloud.web_port):
        raise LocalCloudError(taken_message(cloud.web_port, "WEB_PORT", listener(cloud.web_port)))


def start(cloud: LocalCloud) -> bool:
    """Start the web server in the background unless it runs.

    Returns: whether it was started.

    Raises:
        LocalCloudError: the port is taken by somebody else.
    """
    if process(cloud).port() == cloud.web_port:
        return False
    process(cloud).stop()
    require_port(cloud)
    command = [sys.executable, "-m", "local.web_server", str(cloud.web_port), str(cloud.stack_file)]
    process(cloud).start(command, programs_environment(), cloud.root, cloud.web_port)
    return True


class WebServer(ThreadingHTTPServer):
    """Serves the stack that `stack_file` tells of, on this machine only."""

    daemon_threads = True

    def __init__(self, port: int, stack_file: Path) -> None:
        super().__init__(("127.0.0.1", port), WebRequest)
        self.stack_file = stack_file
        self.api = httpx.Client(timeout=35, trust_env=False)
        self._aws: dict[str, Aws] = {}

    def stack(self) -> Stack:
        """The stack as it is deployed now."""
        return Stack.read(self.stack_file)

    def aws(self, stack: Stack) -> Aws:
        """The services that hold the stack."""
        return self._aws.setdefault(stack.emulator_url, Aws(stack.emulator_url))


class WebRequest(BaseHTTPRequestHandler):
    """One request of a browser."""

    protocol_version = "HTTP/1.1"
    server: WebServer

    def answer(self) -> None:
        """Answer from the API, or from the bucket."""
        # Read in any case: on a connection that is kept, what is left of it would be the next request.
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            stack = self.server.stack()
            if self.path.startswith(API):
                self._pass_on(stack, body)
            elif self.command in ("GET", "HEAD"):
                self._send_page(stack)
            else:
                self._send(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "GET, HEAD"}, b"")
        except (httpx.HTTPError, BotoCoreError, FileNotFoundError) as error:
            text = f"The local cloud does not answer ({error}). `make up` starts it.\n"
            self._send(HTTPStatus.BAD_GATEWAY, {"Content-Type": "text/plain; charset=utf-8"}, text.encode())

    # The names that the base class looks for.
    do_DELETE = do_GET = do_HEAD = do_OPTIONS = do_PATCH = do_POST = do_PUT = answer  # noqa: N815

    def _pass_on(self, stack: Stack, body: bytes) -> None:
        headers = [(k, v) for k, v in self.headers.items() if k.lower() not in HOP_BY_HOP]
        url = stack.api_url + self.path.removeprefix(API.rstrip("/"))
        request = self.server.api.build_request(self.command, url, headers=headers, content=body)
        response = self.server.api.send(request, stream=True)
        try:
            content = b"".join(response.iter_raw())
        finally:
            response.close()
        passed = {k: v for k, v in response.headers.items() if k.lower() not in HOP_BY_HOP}
        self._send(response.status_code, passed, content)

    def _send_page(self, stack: Stack) -> None:
        path = self.path.partition("?")[0].lstrip("/")
        # A path without a dot is a place inside the page, not a file: so CloudFront's function has it, too.
        key = path if "." in path else "index.html"
        try:
            found = self.server.aws(stack).s3.get_object(Bucket=stack.outputs["WebBucketName"], Key=key)
        except ClientError:
            self._send(HTTPStatus.NOT_FOUND, {"Content-Type": "text/plain"}, b"There is no such file.\n")
            return
        headers = {"Content-Type": found["ContentType"], "Cache-Control": found.get("CacheControl", "no-cache")}
        self._send(HTTPStatus.OK, headers | security_headers(stack.emulator_url), found["Body"].read())

    def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def main(port: str, stack_file: str) -> None:
    """Serve until the process is stopped."""
    WebServer(int(port), Path(stack_file)).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
