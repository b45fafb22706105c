"""The environments of samconfig.toml: which stack, in which region, with which parameters."""

import difflib
import os
import re
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError
from cfnlint.decode import cfn_yaml

from tools.local_cloud.cloud import ROOT, LocalCloudError

LOCAL = "local"
# CloudFormation's rule. The longest name that is made of it, `<stack>-<region>-spa-fallback`, may have 64 characters:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-function.html
STACK_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9-]{0,35}")


@dataclass(frozen=True)
class Environment:
    """An environment in an AWS account."""

    name: str
    stack_name: str
    parameters: Mapping[str, str]
    session: boto3.Session
    """Whose credentials and region AWS is called with. AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL count, as ever."""

    @property
    def region(self) -> str:
        return str(self.session.region_name)


def read(name: str, stack_name: str | None = None, parameters: str = "", root: Path = ROOT) -> Environment:
    """Read an environment.

    Args:
        stack_name: instead of the one in samconfig.toml, for an account that several people share.
        parameters: `Name=value` pairs, in a shell's words. They are added to those of samconfig.toml, and win.

    Raises:
        LocalCloudError: there is no such environment, or no region, the name is none for a stack, or the parameters are
            no pairs.
    """
    if stack_name is not None and not STACK_NAME.fullmatch(stack_name):
        raise LocalCloudError(
            f"STACK={stack_name}: a stack's name begins with a letter, and has letters, digits and dashes, 36 at most."
        )
    config = tomllib.loads((root / "samconfig.toml").read_text())
    known = [each for each in config if each not in ("version", LOCAL)]
    if name not in known:
        why = "`make up` deploys it" if name == LOCAL else "samconfig.toml has no such environment"
        raise LocalCloudError(f"ENV={name}: {why}. For an AWS account, take one of {', '.join(known)}.")
    settings = {**_settings(config[name], "global"), **_settings(config[name], "deploy")}
    given = _pairs(settings.get("parameter_overrides", "")) | _pairs(parameters)
    return Environment(name, stack_name or settings["stack_name"], given, _session(settings))


def require_declared(environment: Environment, template: Path = ROOT / "template.yaml") -> None:
    """Check that the template takes the environment's parameters, before anything is built.

    Raises:
        LocalCloudError: it has no such parameter, or that does not take the value.
    """
    declared = cfn_yaml.load(str(template))["Parameters"]
    for name, value in environment.parameters.items():
        if name not in declared:
            near = difflib.get_close_matches(name, declared, n=1)
            advice = f"Did you mean {near[0]}?" if near else f"It has {', '.join(declared)}."
            raise LocalCloudError(f"{name} is no parameter of template.yaml. {advice}")
        allowed = [str(each) for each in declared[name].get("AllowedValues", [value])]
        if value not in allowed:
            raise LocalCloudError(f"{name}={value}: it takes one of {', '.join(allowed)}.")


def _settings(environment: Mapping[str, Any], command: str) -> dict[str, Any]:
    found: dict[str, Any] = environment.get(command, {}).get("parameters", {})
    return found


def _session(settings: Mapping[str, Any]) -> boto3.Session:
    # Other AWS tools know this name of the variable; boto3 knows only AWS_DEFAULT_REGION.
    region = settings.get("region") or os.environ.get("AWS_REGION")
    try:
        session = boto3.Session(profile_name=settings.get("profile"), region_name=region)
    except BotoCoreError as error:
        raise LocalCloudError(f"{error}. samconfig.toml names the profile, or AWS_PROFILE does.") from error
    if not session.region_name:
        raise LocalCloudError("In which region? Say it by AWS_REGION=eu-central-1, or as `region` in samconfig.toml.")
    return session


def _pairs(overrides: str | list[str]) -> dict[str, str]:
    words = shlex.split(overrides) if isinstance(overrides, str) else overrides
    if odd := [word for word in words if "=" not in word]:
        raise LocalCloudError(f"{odd[0]!r} is no parameter: write Name=value, such as AlarmEmail=ada@example.com.")
    return {name: value for name, _, value in (word.partition("=") for word in words)}
