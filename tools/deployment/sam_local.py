"""Run the functions with `sam local` in Docker, with the tables, queues and users of the emulator.

`sam local` does not resolve references to resources: a table's name would be its logical id. Each function therefore
gets the environment variables of its deployed version.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import NoReturn

from tools.deployment.parameters import as_arguments, parameters
from tools.local_cloud import container_gateway, resources
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloud, LocalCloudError
from tools.local_cloud.emulator_guard import HOST_OF_CONTAINERS
from tools.local_cloud.environment import subprocess_environment

# Lambda's Python images. SAM CLI uses the Python version and the architecture as the tag.
IMAGES = "public.ecr.aws/lambda/python"
# If Docker needs longer for a simple query, it hangs.
DOCKER_TIMEOUT_SECONDS = 10
NEEDS_DOCKER = "`sam local` (optional) needs Docker"


def write_settings(cloud: LocalCloud) -> None:
    """Write the files that samconfig.toml refers to: the functions' environment variables and the parameters."""
    cloud.environments_file.write_text(json.dumps(environments(cloud), indent=2, sort_keys=True) + "\n")
    # The file is JSON, which is valid YAML. SAM CLI accepts parameters in YAML files only.
    cloud.parameters_file.write_text(json.dumps(parameters(cloud), indent=2) + "\n")


def environments(cloud: LocalCloud) -> dict[str, dict[str, str]]:
    """Return the environment variables of every deployed function by logical id, in the format of `--env-vars`.

    URLs of the emulator are replaced by URLs that containers can reach.
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
    """Return the variables with an emulator URL that containers can reach.

    The URL has an IP address if it is known, because boto3 puts a bucket's name in front of a host name, and Docker
    cannot resolve the result.
    """
    reachable = f"http://{container_gateway.bridge_address() or HOST_OF_CONTAINERS}:{cloud.emulator_port}"
    return {name: value.replace(cloud.emulator_url, reachable) for name, value in variables.items()}


def image(cloud: LocalCloud) -> str:
    """Return the name of Lambda's image for the Python version and the architecture of `cloud`."""
    built_for = parameters(cloud)
    return f"{IMAGES}:{built_for['PythonRuntime'].removeprefix('python')}-{built_for['Architecture']}"


def missing_requirement(cloud: LocalCloud) -> str | None:
    """Return a message about what `sam local` lacks on this machine, and what to do. None if nothing is missing."""
    program = shutil.which("docker")
    if program is None:
        return f"{NEEDS_DOCKER}, which is not installed. Install Docker Desktop or Docker Engine."
    try:
        found = _run_docker(program, "image", "inspect", image(cloud))
        if found.returncode and _run_docker(program, "info").returncode:
            return f"{NEEDS_DOCKER}, which does not respond. Start Docker Desktop, or run: sudo systemctl start docker"
    except subprocess.TimeoutExpired:
        return f"{NEEDS_DOCKER}, which does not respond within {DOCKER_TIMEOUT_SECONDS} s. Restart Docker."
    if found.returncode:
        return (
            f"`sam local` (optional) needs an image that is not downloaded yet. Download it: docker pull {image(cloud)}"
        )
    return None


def require_docker_and_image(cloud: LocalCloud) -> None:
    """Check that Docker is running, and download Lambda's image if it is missing.

    Raises:
        LocalCloudError: Docker does not respond, or the image cannot be downloaded.
    """
    missing = missing_requirement(cloud)
    if missing and image(cloud) in missing:
        # The output stays on the terminal, because downloading 200 MB takes long.
        pull = [shutil.which("docker") or "docker", "pull", image(cloud)]
        if subprocess.run(pull, check=False).returncode == 0:
            return
        missing = f"Docker cannot download the image {image(cloud)}. See the error above."
    if missing:
        raise LocalCloudError(f"{missing}\nYou can also run the functions without Docker, on the emulator: make up")


def _run_docker(program: str, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run([program, *arguments], capture_output=True, check=False, timeout=DOCKER_TIMEOUT_SECONDS)


def serve(cloud: LocalCloud, port: int) -> NoReturn:
    """Replace this process by `sam local start-api`, which runs until Ctrl-C."""
    os.chdir(cloud.root)
    os.execve(sys.executable, command(cloud, "start-api", f"--port={port}"), subprocess_environment())  # noqa: S606


def command(cloud: LocalCloud, *arguments: str) -> list[str]:
    """Return the command line of `sam local` for the application that `cloud` has built and deployed."""
    return [
        *(sys.executable, "-m", "samcli", "local", *arguments),
        f"--config-file={cloud.root / 'samconfig.toml'}",
        "--config-env=local",
        f"--template-file={cloud.build_dir / 'template.yaml'}",
        f"--env-vars={cloud.environments_file}",
        "--parameter-overrides",
        *as_arguments(parameters(cloud)),
    ]
