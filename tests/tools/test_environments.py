"""The settings of `make deploy ENV=` from samconfig.toml, environment variables and the command line."""

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


def test_an_environment_is_read_from_samconfig(root: Path) -> None:
    environment = environments.read("default", root=root)

    assert (environment.stack_name, environment.region) == ("orders", "eu-central-1")
    assert environment.parameters == {"SagaType": "STANDARD", "DataPolicy": "Delete"}


def test_the_command_line_overrides_samconfig(root: Path) -> None:
    environment = environments.read("default", "ada-orders", 'SagaType=EXPRESS Note="a b"', root)

    assert environment.stack_name == "ada-orders"
    assert environment.parameters == {"SagaType": "EXPRESS", "DataPolicy": "Delete", "Note": "a b"}


def test_the_format_of_sam_deploy_guided_is_read(root: Path) -> None:
    environment = environments.read("guided", root=root)

    assert (environment.stack_name, environment.region) == ("ada-orders", "eu-west-1")
    assert environment.parameters == {"SagaType": "STANDARD", "NotificationSender": ""}


def test_a_list_of_parameters_is_read(root: Path) -> None:
    assert environments.read("listed", root=root).parameters == {"SagaType": "EXPRESS"}


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("staging", "", "ENV=staging: samconfig.toml has no such environment.* default, guided, listed"),
        ("local", "", "ENV=local: `make up` deploys it"),
        ("default", "SagaType", "'SagaType' is not a parameter. Write Name=value"),
        ("default", 'Note="a', "are not in shell syntax: No closing quotation"),
    ],
)
def test_an_invalid_environment_or_parameter_is_an_error(root: Path, name: str, parameters: str, message: str) -> None:
    with pytest.raises(LocalCloudError, match=message):
        environments.read(name, parameters=parameters, root=root)


def test_a_missing_region_is_an_error(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")

    with pytest.raises(LocalCloudError, match="AWS_REGION="):
        environments.read("default", root=root)


def test_the_region_is_chosen_as_other_aws_tools_do(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    assert environments.read("default", root=root).region == "us-west-2"

    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert environments.read("default", root=root).region == "us-west-2"
    assert environments.read("guided", root=root).region == "eu-west-1", "from samconfig.toml"


def test_an_unknown_profile_is_an_error(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "unknown-profile")

    with pytest.raises(LocalCloudError, match="unknown-profile"):
        environments.read("default", root=root)
