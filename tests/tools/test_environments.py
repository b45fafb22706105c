"""What `make deploy ENV=` takes from samconfig.toml, from the environment, and from what was typed."""

from pathlib import Path

import pytest

from tools.account import environments
from tools.local_cloud.cloud import LocalCloudError

CONFIG = """
version = 0.1
[default.global.parameters]
stack_name = "orders"
[default.deploy.parameters]
parameter_overrides = "SagaType=STANDARD DataPolicy=Delete"
[local.global.parameters]
stack_name = "orders"
[guided.deploy.parameters]
stack_name = "ada-orders"
region = "eu-west-1"
parameter_overrides = "SagaType=\\"STANDARD\\" NotificationSender=\\"\\""
[listed.deploy.parameters]
stack_name = "orders"
parameter_overrides = ["SagaType=EXPRESS"]
"""


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "samconfig.toml").write_text(CONFIG)
    for name in ("AWS_PROFILE", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    return tmp_path


def test_an_environment_is_what_samconfig_says(root: Path) -> None:
    environment = environments.read("default", root=root)

    assert (environment.stack_name, environment.region) == ("orders", "eu-central-1")
    assert environment.parameters == {"SagaType": "STANDARD", "DataPolicy": "Delete"}


def test_what_is_typed_comes_on_top(root: Path) -> None:
    environment = environments.read("default", "ada-orders", 'SagaType=EXPRESS Note="a b"', root)

    assert environment.stack_name == "ada-orders"
    assert environment.parameters == {"SagaType": "EXPRESS", "DataPolicy": "Delete", "Note": "a b"}


def test_what_sam_deploy_guided_writes_is_understood(root: Path) -> None:
    environment = environments.read("guided", root=root)

    assert (environment.stack_name, environment.region) == ("ada-orders", "eu-west-1")
    assert environment.parameters == {"SagaType": "STANDARD", "NotificationSender": ""}


def test_a_list_of_parameters_is_understood(root: Path) -> None:
    assert environments.read("listed", root=root).parameters == {"SagaType": "EXPRESS"}


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("staging", "", "ENV=staging: samconfig.toml has no such environment.* default, guided, listed"),
        ("local", "", "ENV=local: `make up` deploys it"),
        ("default", "SagaType", "'SagaType' is no parameter: write Name=value"),
    ],
)
def test_what_cannot_be_is_told(root: Path, name: str, parameters: str, message: str) -> None:
    with pytest.raises(LocalCloudError, match=message):
        environments.read(name, parameters=parameters, root=root)


def test_without_a_region_it_asks_for_one(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")

    with pytest.raises(LocalCloudError, match="AWS_REGION="):
        environments.read("default", root=root)


def test_the_region_is_the_one_that_every_aws_tool_takes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    assert environments.read("default", root=root).region == "us-west-2"

    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert environments.read("default", root=root).region == "us-west-2"
    assert environments.read("guided", root=root).region == "eu-west-1", "as samconfig.toml says"


def test_an_unknown_profile_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    with pytest.raises(LocalCloudError, match="nobody"):
        environments.read("default", root=root)


def test_the_region_may_be_said_by_either_variable(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert environments.read("default", root=root).region == "eu-central-1"

    monkeypatch.setenv("AWS_REGION", "us-west-2")

    assert environments.read("default", root=root).region == "us-west-2"
