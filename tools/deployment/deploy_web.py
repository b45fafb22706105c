"""Upload the built web page to its bucket, with the configuration that it reads at its start."""

import json
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3

from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloudError
from tools.local_cloud.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# A file whose name holds a hash of its content never changes.
FOREVER = "public, max-age=31536000, immutable"
# Everything else is asked for again each time; if it is as before, the answer is an empty 304.
ASK_AGAIN = "no-cache"
HASHED = "assets/"


def deploy_web(page: Path, stack: Stack) -> int:
    """Put the built page and its `config.json` into the web bucket of a local stack.

    Returns: how many files there are.
    """
    return upload(Aws(stack.emulator_url).s3, page, stack.outputs["WebBucketName"], page_configuration(stack))


def upload(s3: "S3Client", page: Path, bucket: str, configuration: Mapping[str, Any]) -> int:
    """Put every file of `page`, and `config.json`, into the bucket; `index.html` last, when all that it names is there.

    Files of earlier builds stay: a tab that was opened before may still ask for them.

    Returns: how many were put.
    """
    files = {path.relative_to(page).as_posix(): path.read_bytes() for path in sorted(page.rglob("*")) if path.is_file()}
    files["config.json"] = json.dumps(configuration).encode()
    for key in sorted(files, key=lambda key: (key == "index.html", key)):
        cache_control = FOREVER if key.startswith(HASHED) else ASK_AGAIN
        s3.put_object(
            Bucket=bucket, Key=key, Body=files[key], ContentType=content_type(key), CacheControl=cache_control
        )
    return len(files)


def invalidate(cloudfront: Any, distribution_id: str) -> None:
    """Have CloudFront forget what may have changed: all but the hashed files, as one path."""
    cloudfront.create_invalidation(
        DistributionId=distribution_id,
        InvalidationBatch={"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": str(uuid4())},
    )


def page_configuration(stack: Stack) -> dict[str, Any]:
    """What the page needs to know of a local stack: for signing people in, and for what it says about reviews."""
    return configuration(stack.region, stack.outputs) | {"cognito_endpoint": stack.emulator_url}


def configuration(region: str, outputs: Mapping[str, str]) -> dict[str, Any]:
    """What the page needs to know for signing people in, and for what it says about reviews. Nothing of it is secret.

    Returns:
        The content of config.json. `review_thresholds` has an amount in minor units for each currency that has one.
    """
    thresholds = (entry.split(":") for entry in outputs["ReviewThresholds"].split(","))
    return {
        "region": region,
        "user_pool_id": outputs["UserPoolId"],
        "user_pool_client_id": outputs["UserPoolClientId"],
        "review_thresholds": {currency: int(amount) for currency, amount in thresholds},
    }


def content_type(name: str) -> str:
    """The media type for a file's name, the same on every system; text is UTF-8."""
    known = {".js": "text/javascript", ".mjs": "text/javascript", ".webmanifest": "application/manifest+json"}
    known |= {".woff2": "font/woff2"}
    kind = known.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def deploy_to_account(session: boto3.Session, stack_name: str, page: Path) -> str:
    """Upload the page for a stack in an AWS account, and have CloudFront serve it.

    Returns: the page's address.

    Raises:
        LocalCloudError: the stack has no distribution.
    """
    (stack,) = session.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    if not outputs.get("DistributionId"):
        raise LocalCloudError(f"Stack {stack_name} has no CloudFront distribution: deploy it with WithCdn=true.")
    upload(session.client("s3"), page, outputs["WebBucketName"], configuration(session.region_name, outputs))
    invalidate(session.client("cloudfront"), outputs["DistributionId"])
    return f"https://{outputs['DistributionDomainName']}"
