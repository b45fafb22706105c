"""`sam local`: the functions in Docker, as Lambda would run them, with the emulator's tables, queues and users.

SAM CLI resolves no resource there: a table's name becomes its logical id. So each function is given the environment
that it has where it is deployed.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import NoReturn

from local import container_gateway, resources
from local.aws import Aws
from local.cloud import LocalCloud, LocalCloudError
from local.environment import programs_environment
from local.parameters import as_arguments, parameters

# The machine that runs Docker, as a container calls it; samconfig.toml adds the name on Linux.
HOST = "host.docker.internal"


def write_settings(cloud: LocalCloud) -> None:
    """Write what samconfig.toml refers to: each function's environment, and the template's parameters."""
    cloud.environments_file.write_text(json.dumps(environments(cloud), indent=2, sort_keys=True) + "\n")
    # JSON is YAML; of the two, SAM CLI takes parameters in YAML only.
    cloud.parameters_file.write_text(json.dumps(parameters(cloud), indent=2) + "\n")


def forget(cloud: LocalCloud) -> None:
    """No longer send functions to an emulator that is gone."""
    cloud.environments_file.unlink(missing_ok=True)


def environments(cloud: LocalCloud) -> dict[str, dict[str, str]]:
    """The environment variables of every deployed function, by its name in the template, as `--env-vars` takes them.

    Addresses of the emulator are those that a container reaches it by.
    """
    aws = Aws(cloud.emulator_url)
    names = {each.physical_id: each.logical_id for each in resources.of_kind(aws, "AWS::Lambda::Function")}
    deployed = [
        function
        for page in aws.functions.get_paginator("list_functions").paginate()
        for function in page["Functions"]
        if function["FunctionName"] in names
    ]
    return {
        names[function["FunctionName"]]: for_containers(cloud, function["Environment"]["Variables"])
        for function in deployed
    }


def for_containers(cloud: LocalCloud, variables: Mapping[str, str]) -> dict[str, str]:
    """The same variables, with the emulator where a container finds it.

    By its number where it is known: a bucket's name goes before a host's name, and Docker resolves no such name.
    """
    reachable = f"http://{container_gateway.bridge_address() or HOST}:{cloud.emulator_port}"
    return {name: value.replace(cloud.emulator_url, reachable) for name, value in variables.items()}


def require_docker() -> None:
    """Check that Docker answers.

    Raises:
        LocalCloudError: it does not.
    """
    program = shutil.which("docker")
    if program is None or subprocess.run([program, "info"], capture_output=True, check=False).returncode:
        raise LocalCloudError(
            "Docker does not answer, and `sam local` runs functions in it.\n"
            "Start it, with Docker Desktop or `sudo systemctl start docker`; then: make sam-local\n"
            "Without Docker, the emulator runs the same functions: make up"
        )


def serve(cloud: LocalCloud, port: int) -> NoReturn:
    """Become `sam local start-api` in this terminal, until Ctrl-C."""
    os.chdir(cloud.root)
    os.execve(sys.executable, command(cloud, "start-api", f"--port={port}"), programs_environment())  # noqa: S606


def command(cloud: LocalCloud, *arguments: str) -> list[str]:
    """The command line of `sam local` with what `cloud` has built and deployed."""
    return [
        *(sys.executable, "-m", "samcli", "local", *arguments),
        f"--config-file={cloud.root / 'samconfig.toml'}",
        "--config-env=local",
        f"--template-file={cloud.build_dir / 'template.yaml'}",
        f"--env-vars={cloud.environments_file}",
        "--parameter-overrides",
        *as_arguments(parameters(cloud)),
    ]
