"""The environments of samconfig.toml: stack name, region and parameters."""

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
# CloudFormation's rule for stack names, but shorter: a CloudFront function's name, `<stack>-<region>-spa-fallback`, may
# have 64 characters at most:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-function.html
STACK_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9-]{0,35}")


@dataclass(frozen=True)
class Environment:
    """An environment in an AWS account.

    Attributes:
        name: The name in samconfig.toml.
        stack_name: The name of the CloudFormation stack.
        parameters: Template parameters, by name.
        session: The credentials and the region. AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL apply as usual.
    """

    name: str
    stack_name: str
    parameters: Mapping[str, str]
    session: boto3.Session

    @property
    def region(self) -> str:
        return str(self.session.region_name)


def read(name: str, stack_name: str | None = None, parameters: str = "", root: Path = ROOT) -> Environment:
    """Read an environment.

    Args:
        name: The name of the environment in samconfig.toml.
        stack_name: Overrides the name in samconfig.toml, for an account that several people share.
        parameters: `Name=value` pairs in shell syntax. They override the parameters in samconfig.toml.
        root: The checkout.

    Raises:
        LocalCloudError: There is no such environment, no region is set, or the stack name or a parameter is invalid.
    """
    if stack_name is not None and not STACK_NAME.fullmatch(stack_name):
        raise LocalCloudError(
            f"STACK={stack_name}: a stack name begins with a letter and has at most 36 letters, digits and hyphens."
        )
    config = tomllib.loads((root / "samconfig.toml").read_text())
    known = [each for each in config if each not in ("version", LOCAL)]
    if name not in known:
        why = "`make up` deploys it" if name == LOCAL else "samconfig.toml has no such environment"
        raise LocalCloudError(f"ENV={name}: {why}. For an AWS account, use one of {', '.join(known)}.")
    settings = {**_settings(config[name], "global"), **_settings(config[name], "deploy")}
    given = _pairs(settings.get("parameter_overrides", "")) | _pairs(parameters)
    return Environment(name, stack_name or settings["stack_name"], given, _session(settings))


def require_declared(environment: Environment) -> None:
    """Check the environment's parameters against the template, before anything is built.

    Raises:
        LocalCloudError: The template does not declare a parameter, or does not allow its value.
    """
    declared = cfn_yaml.load(str(ROOT / "template.yaml"))["Parameters"]
    for name, value in environment.parameters.items():
        if name not in declared:
            near = difflib.get_close_matches(name, declared, n=1)
            advice = f"Did you mean {near[0]}?" if near else f"Its parameters are {', '.join(declared)}."
            raise LocalCloudError(f"template.yaml has no parameter {name}. {advice}")
        allowed = [str(each) for each in declared[name].get("AllowedValues", [value])]
        if value not in allowed:
            raise LocalCloudError(f"{name}={value}: the value must be one of {', '.join(allowed)}.")


def _settings(environment: Mapping[str, Any], command: str) -> dict[str, Any]:
    settings: dict[str, Any] = environment.get(command, {}).get("parameters", {})
    return settings


def _session(settings: Mapping[str, Any]) -> boto3.Session:
    # Other AWS tools read AWS_REGION, boto3 reads only AWS_DEFAULT_REGION.
    region = settings.get("region") or os.environ.get("AWS_REGION")
    try:
        session = boto3.Session(profile_name=settings.get("profile"), region_name=region)
    except BotoCoreError as error:
        raise LocalCloudError(f"{error}. The profile is set in samconfig.toml or in AWS_PROFILE.") from error
    if not session.region_name:
        raise LocalCloudError(
            "The region is missing. Set it with AWS_REGION=eu-central-1 or as `region` in samconfig.toml."
        )
    return session


def _pairs(overrides: str | list[str]) -> dict[str, str]:
    try:
        words = shlex.split(overrides) if isinstance(overrides, str) else overrides
    except ValueError as error:
        raise LocalCloudError(f"The parameters {overrides!r} are not in shell syntax: {error}.") from None
    if invalid := [word for word in words if "=" not in word]:
        raise LocalCloudError(
            f"{invalid[0]!r} is not a parameter. Write Name=value, for example AlarmEmail=ada@example.com."
        )
    return {name: value for name, _, value in (word.partition("=") for word in words)}
