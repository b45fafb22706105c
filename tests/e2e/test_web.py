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
MOST_SCRIPT = 200_000


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
def test_every_place_inside_the_page_is_the_page(cdn: httpx.Client, path: str) -> None:
    answer = cdn.get(path)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert 'id="page"' in answer.text


def test_its_answers_carry_the_security_headers(cdn: httpx.Client, stack: Stack) -> None:
    answer = cdn.get("/")

    for name, value in security_headers(f"https://cognito-idp.{stack.region}.amazonaws.com").items():
        assert answer.headers[name] == value
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_what_the_page_loads_is_kept_for_ever_and_what_is_absent_is_no_page(cdn: httpx.Client) -> None:
    (script,) = re.findall(r'<script type="module" crossorigin src="(.*?)"', cdn.get("/").text)

    answer = cdn.get(script)
    absent = cdn.get("/assets/absent.js")

    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert absent.status_code in (403, 404)


def test_a_guests_first_scripts_are_small(cdn: httpx.Client) -> None:
    scripts = re.findall(r'(?:src|href)="(/assets/[^"]+[.]js)"', cdn.get("/").text)
    sizes = {script: len(gzip.compress(cdn.get(script).content)) for script in scripts}

    assert sizes
    assert sum(sizes.values()) < MOST_SCRIPT, sizes


def test_plain_http_is_sent_to_https(cdn: httpx.Client) -> None:
    answer = cdn.get("/orders", headers={"X-Forwarded-Proto": "http"})

    assert answer.status_code in (301, 302, 307, 308)
    assert answer.headers["Location"].startswith("https://")


def test_only_this_distribution_is_let_into_the_bucket(
    cdn: httpx.Client, shop: Shop, stack: Stack, bucket_policy: dict[str, Any]
) -> None:
    (reads,) = bucket_policy["Statement"]
    reads["Condition"]["StringEquals"]["aws:SourceArn"] += "-another"

    shop.aws.s3.put_bucket_policy(Bucket=stack.outputs["WebBucketName"], Policy=json.dumps(bucket_policy))

    assert cdn.get("/").status_code == 403


def test_an_upload_has_cloudfront_forget_what_may_have_changed(shop: Shop, stack: Stack) -> None:
    cloudfront = shop.client("cloudfront")

    deploy_web.invalidate(cloudfront, stack.outputs["DistributionId"])

    invalidations = cloudfront.list_invalidations(DistributionId=stack.outputs["DistributionId"])["InvalidationList"]
    assert invalidations["Quantity"] == 1
