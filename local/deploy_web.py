"""Upload the web page to its bucket, with the configuration that it reads at its start."""

import json
import mimetypes
from pathlib import Path

from local.aws import Aws
from local.stack import Stack


def deploy_web(frontend: Path, stack: Stack) -> int:
    """Put every file of `frontend` and a `config.json` into the stack's web bucket.

    Returns: how many files there are.
    """
    s3 = Aws(stack.emulator_url).s3
    bucket = stack.outputs["WebBucketName"]
    files = [path for path in sorted(frontend.rglob("*")) if path.is_file()]
    for path in files:
        key = path.relative_to(frontend).as_posix()
        s3.put_object(Bucket=bucket, Key=key, Body=path.read_bytes(), ContentType=content_type(path.name))
    config = json.dumps(page_configuration(stack))
    s3.put_object(Bucket=bucket, Key="config.json", Body=config.encode(), ContentType="application/json")
    return len(files) + 1


def page_configuration(stack: Stack) -> dict[str, object]:
    """What the page needs to know for signing people in."""
    return {
        "region": stack.region,
        "user_pool_client_id": stack.outputs["UserPoolClientId"],
        "cognito_endpoint": stack.emulator_url,
        "password_sign_in": True,
    }


def content_type(name: str) -> str:
    """The media type for a file's name, the same on every system; text is UTF-8."""
    known = {".js": "text/javascript", ".mjs": "text/javascript", ".webmanifest": "application/manifest+json"}
    kind = known.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
