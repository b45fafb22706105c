"""Uploading the page: caching headers, order of the files, and configuration."""

import boto3
import pytest
from moto import mock_aws

from tools.deployment import deploy_web
from tools.local_cloud.cloud import LocalCloudError

OUTPUTS = {
    "UserPoolId": "eu-west-1_pool",
    "UserPoolClientId": "client",
    "WebBucketName": "web",
    "ReviewThresholds": "EUR:100000,JPY:160000",
    "WithSandboxProviders": "false",
    "LiveApiId": "live",
}
WITH_CDN = {"DistributionId": "E1", "DistributionDomainName": "d1.cloudfront.net"}


@pytest.fixture
def page(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<page>")
    (tmp_path / "icon.svg").write_text("<svg>")
    (tmp_path / "assets/start-3f2a.js").write_text("start()")
    return tmp_path


class FakeAccount:
    """A fake of the three AWS services that an upload uses. `done` records the calls in order."""

    region_name = "eu-west-1"

    def __init__(self, outputs):
        self.outputs = outputs
        self.done = []

    def client(self, name):
        self.service = name
        return self

    def describe_stacks(self, **_):
        return {"Stacks": [{"Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in self.outputs.items()]}]}

    def put_object(self, **put):
        self.done.append(put["Key"])

    def create_invalidation(self, DistributionId, InvalidationBatch):  # noqa: N803
        self.done.append((DistributionId, InvalidationBatch["Paths"]["Items"]))


@mock_aws
def test_hashed_files_are_cached_forever_and_all_others_are_revalidated(page):
    s3 = boto3.client("s3", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    s3.create_bucket(Bucket="web")

    deploy_web.upload(s3, page, "web", {"region": "us-east-1"})

    kept = {
        entry["Key"]: s3.head_object(Bucket="web", Key=entry["Key"])
        for entry in s3.list_objects_v2(Bucket="web")["Contents"]
    }
    assert {key: head["CacheControl"] for key, head in kept.items()} == {
        "assets/start-3f2a.js": "public, max-age=31536000, immutable",
        "index.html": "no-cache",
        "icon.svg": "no-cache",
        "config.json": "no-cache",
    }
    assert kept["index.html"]["ContentType"] == "text/html; charset=utf-8"
    assert kept["config.json"]["ContentType"] == "application/json"


def test_index_html_is_uploaded_last_and_then_the_cache_is_invalidated(page):
    account = FakeAccount(OUTPUTS | WITH_CDN)

    address = deploy_web.deploy_to_account(account, "orders", page)

    assert address == "https://d1.cloudfront.net"
    assert account.done[-2:] == ["index.html", ("E1", ["/*"])]


def test_without_a_distribution_nothing_is_uploaded(page):
    account = FakeAccount(OUTPUTS)

    with pytest.raises(LocalCloudError, match="WithCdn=true"):
        deploy_web.deploy_to_account(account, "orders", page)
    assert account.done == []


def test_the_configuration_holds_no_endpoint_and_no_secret_on_aws():
    assert deploy_web.configuration("eu-west-1", OUTPUTS) == {
        "region": "eu-west-1",
        "user_pool_id": "eu-west-1_pool",
        "user_pool_client_id": "client",
        "review_thresholds": {"EUR": 100000, "JPY": 160000},
        "sandbox_providers": False,
        "live_updates": True,
    }
