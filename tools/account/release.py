"""Build the application for Lambda, and deploy it to an AWS account with `sam deploy`."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from cfnlint.decode import cfn_yaml

from tools.account.environments import Environment
from tools.account.target_python import TargetPython
from tools.deployment.parameters import as_arguments
from tools.deployment.syntax import check_syntax
from tools.local_cloud.cloud import ROOT, LocalCloudError


def build(environment: Environment, python: TargetPython, root: Path = ROOT) -> Path:
    """Run `sam build` with the Python of the runtime, and write the parameters into each function's package.

    The parameters are in the package because SAM publishes a new version of a function only if its package changes.
    Without them, a new parameter value would not reach the published version:
    https://github.com/aws/serverless-application-model/issues/3820

    Returns:
        The build directory.

    Raises:
        LocalCloudError: A file has a syntax error, or SAM failed. SAM prints its error on the terminal.
    """
    check_syntax(root)
    given = parameters(environment, python)
    directory = root / ".aws-sam" / f"for-{environment.name}"
    build_dir = directory / "build"
    arguments = [
        "build",
        *_configuration(environment, root),
        f"--build-dir={build_dir}",
        f"--cache-dir={directory / 'cache'}",
        "--parameter-overrides",
        *as_arguments(given),
    ]
    run_sam(arguments, root, python)
    for package in build_dir.glob("*Function"):
        (package / "parameters.json").write_text(json.dumps(given, sort_keys=True, indent=2))
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
    """Run `sam deploy`. It asks for confirmation if samconfig.toml sets `confirm_changeset`.

    Args:
        environment: The environment to deploy to.
        python: The Python that the build was made with.
        build_dir: The build directory.
        root: The checkout.
        approved: The change is approved already, so do not ask.
        execution_role: The ARN of the role that CloudFormation uses instead of the caller's permissions.

    Returns:
        The stack's outputs.

    Raises:
        LocalCloudError: SAM failed. It prints its error on the terminal.
    """
    arguments = [
        "deploy",
        *_configuration(environment, root),
        *_stack_arguments(environment),
        # Without a prefix, stacks with the same code share its packages, and `sam delete` of one deletes those of all.
        f"--s3-prefix={environment.stack_name}",
        f"--template-file={build_dir / 'template.yaml'}",
        "--parameter-overrides",
        *as_arguments(parameters(environment, python)),
        *(["--no-confirm-changeset"] if approved else []),
        *([f"--role-arn={execution_role}"] if execution_role else []),
    ]
    run_sam(arguments, root, python)
    return outputs(environment)


def delete(environment: Environment, root: Path = ROOT) -> None:
    """Run `sam delete`, which also deletes the uploaded packages of the stack.

    Raises:
        LocalCloudError: SAM failed. It prints its error on the terminal.
    """
    run_sam(["delete", "--no-prompts", *_configuration(environment, root), *_stack_arguments(environment)], root)


def parameters(environment: Environment, python: TargetPython) -> dict[str, str]:
    """Return the environment's parameters, and what the build is for. Other parameters keep their deployed values.

    Without an explicit architecture, the functions would keep the deployed one, and their layer would be built for the
    template's default.
    """
    architecture = cfn_yaml.load(str(ROOT / "template.yaml"))["Parameters"]["Architecture"]["Default"]
    return {"Architecture": str(architecture), **environment.parameters, "PythonRuntime": python.runtime}


def outputs(environment: Environment) -> dict[str, str]:
    """Return the deployed stack's outputs.

    Raises:
        LocalCloudError: There is no such stack.
    """
    return {output["OutputKey"]: output["OutputValue"] for output in describe(environment).get("Outputs", [])}


def deployed_parameters(environment: Environment) -> dict[str, str]:
    """Return the parameters that the stack was deployed with.

    Raises:
        LocalCloudError: There is no such stack.
    """
    return {each["ParameterKey"]: each["ParameterValue"] for each in describe(environment).get("Parameters", [])}


def account_id(environment: Environment) -> str:
    """Return the account id of the credentials."""
    return environment.session.client("sts").get_caller_identity()["Account"]


def describe(environment: Environment) -> dict[str, Any]:
    """Return CloudFormation's description of the deployed stack.

    Raises:
        LocalCloudError: There is no such stack.
    """
    try:
        response = environment.session.client("cloudformation").describe_stacks(StackName=environment.stack_name)
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        raise LocalCloudError(
            f"There is no stack {environment.stack_name} in {environment.region}. Deploy it with "
            f"`make deploy ENV={environment.name}`, or add STACK=its-name if it has another name."
        ) from error
    return dict(response["Stacks"][0])


def run_sam(arguments: Sequence[str], root: Path, python: TargetPython | None = None) -> None:
    """Run the SAM CLI of .venv on the user's terminal, because it shows the change set and may ask questions.

    Raises:
        LocalCloudError: SAM failed.
    """
    folders = [Path(sys.prefix) / "bin", *([python.executable.parent] if python else [])]
    path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath)])
    command = [sys.executable, "-m", "samcli", *arguments]
    if subprocess.run(command, cwd=root, env=os.environ | {"PATH": path}, check=False).returncode:
        raise LocalCloudError(f"`sam {arguments[0]}` failed. See the error above.")


def _configuration(environment: Environment, root: Path) -> list[str]:
    return [f"--config-file={root / 'samconfig.toml'}", f"--config-env={environment.name}"]


def _stack_arguments(environment: Environment) -> list[str]:
    return [f"--stack-name={environment.stack_name}", f"--region={environment.region}"]
