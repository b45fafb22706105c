"""Build the application for Lambda, and deploy it to an AWS account by the real `sam deploy`."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from tools.account.environments import Environment
from tools.account.target_python import TargetPython
from tools.deployment.parameters import as_arguments
from tools.deployment.syntax import check_syntax
from tools.local_cloud.cloud import ROOT, LocalCloudError


def build(environment: Environment, python: TargetPython, root: Path = ROOT) -> Path:
    """Run `sam build` with the runtime's own Python, and put the parameters into each function's package.

    A function's version keeps the environment that it was published with. SAM publishes one when the package changes,
    but not when only a parameter's value does: https://github.com/aws/serverless-application-model/issues/3820

    Returns: the build directory.

    Raises:
        LocalCloudError: a file is no Python; or SAM failed, and its words are on the terminal.
    """
    check_syntax(root)
    directory = root / ".aws-sam" / f"for-{environment.name}"
    build_dir = directory / "build"
    arguments = [
        "build",
        *_configuration(environment, root),
        f"--build-dir={build_dir}",
        f"--cache-dir={directory / 'cache'}",
        "--parameter-overrides",
        *as_arguments(parameters(environment, python)),
    ]
    run_sam(arguments, root, python)
    for package in build_dir.glob("*Function"):
        (package / "parameters.json").write_text(json.dumps(parameters(environment, python), sort_keys=True, indent=2))
    return build_dir


def deploy(
    environment: Environment,
    python: TargetPython,
    build_dir: Path,
    root: Path = ROOT,
    *,
    approved: bool = False,
    execution_role: str | None = None,
) -> dict[str, str]:
    """Run `sam deploy`, which asks before it changes anything where samconfig.toml has `confirm_changeset`.

    Args:
        approved: somebody has agreed to the change already; it does not ask.
        execution_role: the ARN of the role with which CloudFormation makes the change, instead of the caller's rights.

    Returns: the stack's outputs.

    Raises:
        LocalCloudError: it failed; its words are on the terminal.
    """
    arguments = [
        "deploy",
        *_configuration(environment, root),
        *_stack_arguments(environment),
        f"--template-file={build_dir / 'template.yaml'}",
        "--parameter-overrides",
        *as_arguments(parameters(environment, python)),
        *(["--no-confirm-changeset"] if approved else []),
        *([f"--role-arn={execution_role}"] if execution_role else []),
    ]
    run_sam(arguments, root, python)
    return outputs(environment)


def delete(environment: Environment, root: Path = ROOT) -> None:
    """Run `sam delete`, which also deletes what it once uploaded to deploy the stack.

    Raises:
        LocalCloudError: it failed; its words are on the terminal.
    """
    run_sam(["delete", "--no-prompts", *_configuration(environment, root), *_stack_arguments(environment)], root)


def parameters(environment: Environment, python: TargetPython) -> dict[str, str]:
    """What the environment sets, and the runtime that the build is for. What neither sets stays as it is deployed."""
    return {**environment.parameters, "PythonRuntime": python.runtime}


def outputs(environment: Environment) -> dict[str, str]:
    """The deployed stack's outputs.

    Raises:
        LocalCloudError: there is no such stack.
    """
    return {output["OutputKey"]: output["OutputValue"] for output in describe(environment).get("Outputs", [])}


def deployed_parameters(environment: Environment) -> dict[str, str]:
    """The parameters that the stack was deployed with.

    Raises:
        LocalCloudError: there is no such stack.
    """
    return {each["ParameterKey"]: each["ParameterValue"] for each in describe(environment).get("Parameters", [])}


def account_id(environment: Environment) -> str:
    """The account that the credentials are of."""
    return environment.session.client("sts").get_caller_identity()["Account"]


def describe(environment: Environment) -> dict[str, Any]:
    """The deployed stack in CloudFormation's words.

    Raises:
        LocalCloudError: there is no such stack.
    """
    try:
        answer = environment.session.client("cloudformation").describe_stacks(StackName=environment.stack_name)
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        raise LocalCloudError(
            f"There is no stack {environment.stack_name} in {environment.region}. `make deploy ENV={environment.name}` "
            "makes it; if it has another name, add STACK=its-name."
        ) from error
    return dict(answer["Stacks"][0])


def run_sam(arguments: Sequence[str], root: Path, python: TargetPython | None = None) -> None:
    """Run the SAM CLI of .venv on the person's own terminal: it shows what changes, and may ask.

    Raises:
        LocalCloudError: it failed.
    """
    folders = [Path(sys.prefix) / "bin", *([python.executable.parent] if python else [])]
    path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath)])
    command = [sys.executable, "-m", "samcli", *arguments]
    if subprocess.run(command, cwd=root, env=os.environ | {"PATH": path}, check=False).returncode:
        raise LocalCloudError(f"`sam {arguments[0]}` failed: the reason stands above.")


def _configuration(environment: Environment, root: Path) -> list[str]:
    return [f"--config-file={root / 'samconfig.toml'}", f"--config-env={environment.name}"]


def _stack_arguments(environment: Environment) -> list[str]:
    return [f"--stack-name={environment.stack_name}", f"--region={environment.region}"]
