"""The web page through the emulator's CloudFront: origin access, fallback, headers, cache."""

import gzip
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.shop import Shop
from tools.deployment import deploy_web
from tools.local_cloud.stack import Stack
from tools.local_cloud.web_headers import security_headers

# Maximum gzipped bytes of the scripts in index.html. tests/browser/test_every_page.py measures the loaded bytes.
MAX_SCRIPT_BYTES = 200_000


@pytest.fixture
def bucket_policy(shop: Shop, stack: Stack) -> Iterator[dict[str, Any]]:
    """Return the bucket's policy without the statement that requires TLS, because the emulator uses HTTP."""
    bucket = stack.outputs["WebBucketName"]
    deployed = shop.aws.s3.get_bucket_policy(Bucket=bucket)["Policy"]
    policy = json.loads(deployed)
    policy["Statement"] = [statement for statement in policy["Statement"] if statement["Sid"] != "TlsOnly"]
    shop.aws.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    yield policy
    shop.aws.s3.put_bucket_policy(Bucket=bucket, Policy=deployed)


@pytest.fixture
def cdn(stack: Stack, bucket_policy: dict[str, Any]) -> Iterator[httpx.Client]:
    """Provide a client of the distribution. The emulator reads the viewer's protocol from this header."""
    headers = {"Host": stack.outputs["DistributionDomainName"], "X-Forwarded-Proto": "https"}
    with httpx.Client(base_url=stack.emulator_url, headers=headers, trust_env=False, timeout=30) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/orders/8bbab5cf-0c06-5d33-9977-44bf8ed0b781", "/operations/tasks"])
def test_every_route_of_the_page_returns_the_page(cdn: httpx.Client, path: str) -> None:
    response = cdn.get(path)

    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")
    assert response.headers["Cache-Control"] == "no-cache"
    assert 'id="page"' in response.text


def test_responses_have_the_security_headers(cdn: httpx.Client, stack: Stack) -> None:
    response = cdn.get("/")

    local = security_headers(
        f"https://cognito-idp.{stack.region}.amazonaws.com",
        f"wss://{stack.outputs['LiveApiId']}.execute-api.{stack.region}.amazonaws.com",
    )
    for name, value in local.items():
        assert response.headers[name] == value
    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_assets_are_cached_forever_and_an_absent_asset_is_not_found(cdn: httpx.Client) -> None:
    (script,) = re.findall(r'<script type="module" crossorigin src="(.*?)"', cdn.get("/").text)

    response = cdn.get(script)
    absent = cdn.get("/assets/absent.js")

    assert response.headers["Content-Type"].startswith("text/javascript")
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert absent.status_code in (403, 404)


def test_the_first_loaded_scripts_are_small(cdn: httpx.Client) -> None:
    scripts = re.findall(r'(?:src|href)="(/assets/[^"]+[.]js)"', cdn.get("/").text)
    sizes = {script: len(gzip.compress(cdn.get(script).content)) for script in scripts}

    assert sizes
    assert sum(sizes.values()) < MAX_SCRIPT_BYTES, sizes


def test_http_is_redirected_to_https(cdn: httpx.Client) -> None:
    response = cdn.get("/orders", headers={"X-Forwarded-Proto": "http"})

    assert response.status_code in (301, 302, 307, 308)
    assert response.headers["Location"].startswith("https://")


def test_only_this_distribution_can_read_the_bucket(
    cdn: httpx.Client, shop: Shop, stack: Stack, bucket_policy: dict[str, Any]
) -> None:
    (reads,) = bucket_policy["Statement"]
    reads["Condition"]["StringEquals"]["aws:SourceArn"] += "-another"

    shop.aws.s3.put_bucket_policy(Bucket=stack.outputs["WebBucketName"], Policy=json.dumps(bucket_policy))

    assert cdn.get("/").status_code == 403


def test_an_upload_invalidates_the_cache_of_cloudfront(shop: Shop, stack: Stack) -> None:
    cloudfront = shop.client("cloudfront")

    deploy_web.invalidate(cloudfront, stack.outputs["DistributionId"])

    invalidations = cloudfront.list_invalidations(DistributionId=stack.outputs["DistributionId"])["InvalidationList"]
    assert invalidations["Quantity"] == 1
