"""Upload the built web page to its bucket, with the configuration file that it loads at startup."""

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

# For files that never change, because their names contain a hash of the content.
FOREVER = "public, max-age=31536000, immutable"
# Browsers revalidate all other files with each request. The response for an unchanged file is an empty 304.
REVALIDATE = "no-cache"
HASHED_FOLDER = "assets/"


def deploy_web(page: Path, stack: Stack) -> None:
    """Upload the built page and its `config.json` to the web bucket of a local stack."""
    upload(Aws(stack.emulator_url).s3, page, stack.outputs["WebBucketName"], page_configuration(stack))


def upload(s3: "S3Client", page: Path, bucket: str, configuration: Mapping[str, Any]) -> None:
    """Upload every file of `page`, and `config.json`. Upload `index.html` last, because it refers to the other files.

    Files of earlier builds stay in the bucket, because tabs that are still open may load them. `configuration` is the
    content of `config.json`.
    """
    files = {path.relative_to(page).as_posix(): path.read_bytes() for path in sorted(page.rglob("*")) if path.is_file()}
    files["config.json"] = json.dumps(configuration).encode()
    for key in sorted(files, key=lambda key: (key == "index.html", key)):
        cache_control = FOREVER if key.startswith(HASHED_FOLDER) else REVALIDATE
        s3.put_object(
            Bucket=bucket, Key=key, Body=files[key], ContentType=content_type(key), CacheControl=cache_control
        )


def invalidate(cloudfront: Any, distribution_id: str) -> None:
    """Invalidate CloudFront's cache with one path for all files. CloudFront bills invalidations per path."""
    cloudfront.create_invalidation(
        DistributionId=distribution_id,
        InvalidationBatch={"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": str(uuid4())},
    )


def page_configuration(stack: Stack) -> dict[str, Any]:
    """Return the content of config.json for a local stack."""
    return configuration(stack.region, stack.outputs) | {"cognito_endpoint": stack.emulator_url}


def configuration(region: str, outputs: Mapping[str, str]) -> dict[str, Any]:
    """Return the content of config.json: the settings of sign-in, reviews, the sandbox and live updates.

    It contains no secrets.

    Returns:
        The configuration. `review_thresholds` holds an amount in minor units per currency.
    """
    thresholds = (entry.split(":") for entry in outputs["ReviewThresholds"].split(","))
    return {
        "region": region,
        "user_pool_id": outputs["UserPoolId"],
        "user_pool_client_id": outputs["UserPoolClientId"],
        "review_thresholds": {currency: int(amount) for currency, amount in thresholds},
        "sandbox_providers": outputs["WithSandboxProviders"] == "true",
        "live_updates": "LiveApiId" in outputs,
    }


def content_type(name: str) -> str:
    """Return the media type for a file name, independent of the operating system. Text is UTF-8."""
    known = {".js": "text/javascript", ".mjs": "text/javascript", ".webmanifest": "application/manifest+json"}
    known |= {".woff2": "font/woff2"}
    kind = known.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def deploy_to_account(session: boto3.Session, stack_name: str, page: Path) -> str:
    """Upload the page for a stack in an AWS account, and invalidate CloudFront's cache.

    Returns:
        The URL of the page.

    Raises:
        LocalCloudError: The stack has no CloudFront distribution.
    """
    (stack,) = session.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    if not outputs.get("DistributionId"):
        raise LocalCloudError(f"Stack {stack_name} has no CloudFront distribution. Deploy it with WithCdn=true.")
    upload(session.client("s3"), page, outputs["WebBucketName"], configuration(session.region_name, outputs))
    invalidate(session.client("cloudfront"), outputs["DistributionId"])
    return f"https://{outputs['DistributionDomainName']}"
