"""The file `.local/stack.json`, and the configuration of the web page."""

import json

import pytest

from tools.deployment.deploy_web import content_type, page_configuration
from tools.local_cloud.stack import Stack, User, api_url, live_url


@pytest.fixture
def stack():
    return Stack(
        emulator_url="http://127.0.0.1:4566",
        api_url=api_url("http://127.0.0.1:4566", "abc123"),
        web_url="http://127.0.0.1:8080",
        live_url=live_url("http://127.0.0.1:4566", "def456"),
        region="us-east-1",
        stack_name="serverless-orders",
        outputs={
            "UserPoolId": "us-east-1_pool",
            "UserPoolClientId": "client",
            "ReviewThresholds": "EUR:100000",
            "WithSandboxProviders": "true",
            "LiveApiId": "def456",
        },
        users={"alice": User("alice@example.com", "secret")},
    )


def test_a_written_stack_can_be_read(stack, tmp_path):
    file = tmp_path / "new" / "stack.json"

    stack.write(file)

    assert Stack.read(file) == stack


def test_the_file_has_the_members_that_scripts_rely_on(stack, tmp_path):
    stack.write(tmp_path / "stack.json")

    content = json.loads((tmp_path / "stack.json").read_text())

    assert list(content) == [
        *("emulator_url", "api_url", "web_url", "live_url", "region", "stack_name", "outputs", "users")
    ]
    assert content["users"]["alice"] == {"username": "alice@example.com", "password": "secret"}
    assert content["api_url"] == "http://127.0.0.1:4566/_aws/execute-api/abc123/api"
    assert content["live_url"] == "ws://127.0.0.1:4566/_aws/execute-api/def456/live"


def test_the_page_configuration_contains_the_user_pool(stack):
    assert page_configuration(stack) == {
        "region": "us-east-1",
        "user_pool_id": "us-east-1_pool",
        "user_pool_client_id": "client",
        "review_thresholds": {"EUR": 100000},
        "sandbox_providers": True,
        "live_updates": True,
        "cognito_endpoint": "http://127.0.0.1:4566",
    }


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("shop.js", "text/javascript; charset=utf-8"),
        ("shop.css", "text/css; charset=utf-8"),
        ("cup.svg", "image/svg+xml"),
        ("sans.woff2", "font/woff2"),
        ("LICENSE", "application/octet-stream"),
    ],
)
def test_the_content_type_follows_from_the_file_name(name, kind):
    assert content_type(name) == kind
