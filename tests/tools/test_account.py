"""The commands for a stack in an AWS account: what they do in which order, and what they say."""

import getpass
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from tools.account import commands as account
from tools.account import pool_users, release, smoke, target_python
from tools.account.target_python import TargetPython
from tools.deployment import deploy_web
from tools.local_cloud.cloud import LocalCloud

OUTPUTS = {"ApiId": "abc", "ApiUrl": "https://abc.example/api", "UserPoolId": "pool", "UserPoolClientId": "client"}


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Stands for SAM, AWS and npm: what was done, in order."""
    steps: list[str] = []

    def step(name: str, answer: Any = None) -> Any:
        return lambda *_, **__: steps.append(name) or answer

    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("PASSWORD", "Correct-horse-9-battery")
    monkeypatch.setattr(target_python, "choose", lambda *_: TargetPython("python3.12", Path("/opt/python3.12")))
    monkeypatch.setattr(release, "build", step("build", tmp_path))
    monkeypatch.setattr(release, "deploy", step("deploy", OUTPUTS | {"DistributionId": "E1"}))
    monkeypatch.setattr(release, "outputs", lambda _: OUTPUTS)
    monkeypatch.setattr(release, "account_id", lambda _: "123456789012")
    monkeypatch.setattr(release, "deployed_parameters", lambda _: {"AlarmEmail": ""})
    monkeypatch.setattr(account, "build_web", step("build the page"))
    monkeypatch.setattr(deploy_web, "deploy_to_account", step("upload the page", "https://d1.cloudfront.net"))
    monkeypatch.setattr(pool_users, "id_token", lambda *given: f"token of {given[3]}")
    return steps


def test_deploying_builds_deploys_and_uploads_the_page(done: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert account.run(["deploy"]) == 0

    said = capsys.readouterr().err
    assert done == ["build", "deploy", "build the page", "upload the page"]
    assert "Deploying stack serverless-orders to eu-central-1, account 123456789012" in said
    assert "Building for python3.12 with /opt/python3.12" in said
    assert "https://d1.cloudfront.net" in said
    assert "Alarms are mailed to nobody" in said


def test_what_it_advises_is_for_the_same_stack(done: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert account.run(["deploy", "--stack=ada-orders"]) == 0

    assert "make deploy ENV=default STACK=ada-orders PARAMETERS=" in capsys.readouterr().err


def test_without_cloudfront_there_is_no_page(
    done: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "deploy", lambda *_, **__: OUTPUTS)

    assert account.run(["deploy"]) == 0

    assert done == ["build"]
    assert "There is no web page" in capsys.readouterr().err


def test_a_token_stands_alone_on_the_output(done: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert account.run(["token", "--env", "default", "--user", "ada@example.com"]) == 0

    assert capsys.readouterr().out == "token of ada@example.com\n"


def test_the_smoke_test_orders_as_the_one_who_signed_in(
    done: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[tuple[str, str]] = []

    def shop(api_url: str, id_token: str) -> Any:
        called.append((api_url, id_token))
        return nullcontext()

    monkeypatch.setattr(account, "Shop", shop)
    monkeypatch.setattr(smoke, "confirm_an_order", lambda _: "order-1")

    assert account.run(["smoke", "--env", "default", "--user", "smoke@example.com"]) == 0

    assert called == [("https://abc.example/api", "token of smoke@example.com")]
    assert "order order-1 is CONFIRMED" in capsys.readouterr().err


@pytest.mark.parametrize("trouble", [EOFError, getpass.GetPassWarning])
def test_where_nobody_can_type_a_password_it_says_how_to_hand_it_over(
    done: list[str], trouble: type[Exception], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(_: str) -> str:
        raise trouble

    monkeypatch.delenv("PASSWORD")
    monkeypatch.setattr(getpass, "getpass", nobody)

    assert account.run(["token", "--env", "default", "--user", "ada@example.com"]) == 1

    assert "in the variable PASSWORD" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["token", "--env", "default"], "Who? Say it by USER="),
        (["token", "--env", "default", "--user", "ada"], "a user is named by an e-mail address"),
        (["deploy", "--env", "staging"], "samconfig.toml has no such environment"),
        (["deploy", "--stack=-orders"], "a stack's name begins with a letter"),
        (["deploy", f"--stack={'a' * 37}"], "36 at most"),
    ],
)
def test_what_is_missing_is_told(
    done: list[str], arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert account.run(arguments) == 1

    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ("AlarmMail=ada@example.com", "AlarmMail is no parameter of template.yaml. Did you mean AlarmEmail?"),
        ("Colour=red", "It has SagaType, "),
        ("SagaType=FAST", "SagaType=FAST: it takes one of STANDARD, EXPRESS."),
    ],
)
def test_a_parameter_that_the_template_does_not_take_is_told_before_anything_is_built(
    done: list[str],
    parameters: str,
    message: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DEPLOY_PARAMETERS", parameters)

    assert account.run(["deploy"]) == 1

    assert message in capsys.readouterr().err
    assert done == []


def test_without_credentials_it_says_where_they_come_from(
    done: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        raise NoCredentialsError

    monkeypatch.setattr(release, "account_id", refuse)

    assert account.run(["deploy"]) == 1

    assert "AWS_PROFILE" in capsys.readouterr().err
    assert done == [], "nothing is built for nobody"


def test_without_a_local_cloud_it_says_how_to_have_one(
    done: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    nothing_runs = replace(LocalCloud.of_developer({}), state_dir=tmp_path)
    monkeypatch.setattr(LocalCloud, "of_developer", lambda: nothing_runs)

    assert account.run(["token", "--user", "alice@example.com"]) == 1

    assert "make up" in capsys.readouterr().err


def test_what_aws_refuses_is_told_without_a_traceback(
    done: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ClientError({"Error": {"Code": "ExpiredToken", "Message": "The token has expired"}}, "DescribeStacks")

    monkeypatch.setattr(release, "outputs", refuse)

    assert account.run(["token", "--env", "default", "--user", "ada@example.com"]) == 1

    assert "The token has expired" in capsys.readouterr().err
