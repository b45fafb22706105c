"""The commands for a stack in an AWS account: their steps, their output and their errors."""

import getpass
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from pycognito.exceptions import ForceChangePasswordException

from tools.account import commands as account
from tools.account import pool_users, release, target_python
from tools.account.target_python import TargetPython
from tools.deployment import deploy_web
from tools.local_cloud.cloud import LocalCloud

ID_TOKEN = pool_users.id_token
OUTPUTS = {"ApiId": "abc", "ApiUrl": "https://abc.example/api", "UserPoolId": "eu_pool", "UserPoolClientId": "client"}


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Replace SAM, AWS and npm by fakes. Return the list of executed steps."""
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

    output = capsys.readouterr().err
    assert done == ["build", "deploy", "build the page", "upload the page"]
    assert "Deploying stack serverless-orders to eu-central-1, account 123456789012" in output
    assert "Building for python3.12 with /opt/python3.12" in output
    assert "https://d1.cloudfront.net" in output
    assert "Alarms send no e-mail yet" in output


def test_the_suggested_command_is_for_the_same_stack(done: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert account.run(["deploy", "--stack=ada-orders"]) == 0

    assert "make deploy ENV=default STACK=ada-orders PARAMETERS=" in capsys.readouterr().err


def test_without_cloudfront_there_is_no_page(
    done: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "deploy", lambda *_, **__: OUTPUTS)

    assert account.run(["deploy"]) == 0

    assert done == ["build"]
    assert "There is no web page" in capsys.readouterr().err


def test_stdout_contains_the_token_only(done: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert account.run(["token", "--env", "default", "--user", "ada@example.com"]) == 0

    assert capsys.readouterr().out == "token of ada@example.com\n"


def test_the_smoke_test_orders_as_the_signed_in_user(
    done: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[tuple[str, str]] = []

    def shop(api_url: str, id_token: str) -> Any:
        called.append((api_url, id_token))
        return nullcontext()

    monkeypatch.setattr(account, "Shop", shop)
    monkeypatch.setattr(account, "place_confirmed_order", lambda _: SimpleNamespace(order_id="order-1"))

    assert account.run(["smoke", "--env", "default", "--user", "smoke@example.com"]) == 0

    assert called == [("https://abc.example/api", "token of smoke@example.com")]
    assert "order order-1 is CONFIRMED" in capsys.readouterr().err


def test_the_advice_about_a_temporary_password_names_the_same_stack(
    done: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        raise ForceChangePasswordException

    monkeypatch.setattr(pool_users, "id_token", ID_TOKEN)
    monkeypatch.setattr(pool_users.AWSSRP, "authenticate_user", refuse)

    assert account.run(["token", "--env=prod", "--stack=ada-orders", "--user=ada@example.com"]) == 1

    assert "make user ENV=prod STACK=ada-orders USER=ada@example.com" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "continues"), [(["deploy"], True), (["destroy"], True), (["token", "--env=default"], False)]
)
def test_an_interrupted_change_of_a_stack_continues_and_its_state_can_be_seen(
    done: list[str],
    arguments: list[str],
    continues: bool,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(release, "deploy", interrupt)
    monkeypatch.setattr(release, "outputs", interrupt)
    monkeypatch.setattr(account, "destroy", interrupt)

    assert account.run([*arguments, "--stack=ada-orders"]) == account.INTERRUPTED

    told = "aws cloudformation describe-stacks --stack-name ada-orders --region eu-central-1"
    assert (told in capsys.readouterr().err) is continues


@pytest.mark.parametrize("error", [EOFError, getpass.GetPassWarning])
def test_without_a_terminal_it_says_how_to_pass_the_password(
    done: list[str], error: type[Exception], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_terminal(_: str) -> str:
        raise error

    monkeypatch.delenv("PASSWORD")
    monkeypatch.setattr(getpass, "getpass", no_terminal)

    assert account.run(["token", "--env", "default", "--user", "ada@example.com"]) == 1

    assert "in the environment variable PASSWORD" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["token", "--env", "default"], "The user is missing. Name it with USER="),
        (["token", "--env", "default", "--user", "ada"], "the user name must be an e-mail address"),
        (["deploy", "--env", "staging"], "samconfig.toml has no such environment"),
        (["deploy", "--stack=-orders"], "a stack name begins with a letter"),
        (["deploy", f"--stack={'a' * 37}"], "at most 36"),
    ],
)
def test_a_missing_or_invalid_argument_is_an_error(
    done: list[str], arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert account.run(arguments) == 1

    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ("AlarmMail=ada@example.com", "template.yaml has no parameter AlarmMail. Did you mean AlarmEmail?"),
        ("Colour=red", "Its parameters are SagaType, "),
        ("SagaType=FAST", "SagaType=FAST: the value must be one of STANDARD, EXPRESS."),
    ],
)
def test_an_invalid_parameter_is_an_error_before_anything_is_built(
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


def test_without_credentials_it_says_how_to_set_them(
    done: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        raise NoCredentialsError

    monkeypatch.setattr(release, "account_id", refuse)

    assert account.run(["deploy"]) == 1

    assert "AWS_PROFILE" in capsys.readouterr().err
    assert done == [], "nothing is built without credentials"


def test_without_a_local_cloud_it_says_how_to_start_one(
    done: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    not_running = replace(LocalCloud.of_developer({}), state_dir=tmp_path)
    monkeypatch.setattr(LocalCloud, "of_developer", lambda: not_running)

    assert account.run(["token", "--user", "alice@example.com"]) == 1

    assert "make up" in capsys.readouterr().err


def test_an_error_of_aws_is_printed_without_a_traceback(
    done: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ClientError({"Error": {"Code": "ExpiredToken", "Message": "The token has expired"}}, "DescribeStacks")

    monkeypatch.setattr(release, "outputs", refuse)

    assert account.run(["token", "--env", "default", "--user", "ada@example.com"]) == 1

    assert "The token has expired" in capsys.readouterr().err
