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

from tools.deployment.parameters import as_arguments, parameters
from tools.local_cloud import container_gateway, resources
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloud, LocalCloudError
from tools.local_cloud.emulator_guard import HOST_OF_CONTAINERS
from tools.local_cloud.environment import programs_environment

# Lambda's images for Python, as SAM CLI names them: with the version and the processor as the tag.
IMAGES = "public.ecr.aws/lambda/python"
# A Docker that takes longer to say what it has is stuck.
DOCKER_SECONDS = 10
NEEDS_DOCKER = "`sam local` (optional) needs Docker"


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
    reachable = f"http://{container_gateway.bridge_address() or HOST_OF_CONTAINERS}:{cloud.emulator_port}"
    return {name: value.replace(cloud.emulator_url, reachable) for name, value in variables.items()}


def image(cloud: LocalCloud) -> str:
    """Return the name of Lambda's image for the Python and the processor that `cloud` builds for."""
    built_for = parameters(cloud)
    return f"{IMAGES}:{built_for['PythonRuntime'].removeprefix('python')}-{built_for['Architecture']}"


def what_is_missing(cloud: LocalCloud) -> str | None:
    """Return what `sam local` needs and this machine does not have, with what to do; None if nothing is missing."""
    program = shutil.which("docker")
    if program is None:
        return f"{NEEDS_DOCKER}, which is not installed. Install Docker Desktop or Docker Engine."
    try:
        found = _run_docker(program, "image", "inspect", image(cloud))
        if found.returncode and _run_docker(program, "info").returncode:
            return f"{NEEDS_DOCKER}, which does not answer. Start Docker Desktop, or: sudo systemctl start docker"
    except subprocess.TimeoutExpired:
        return f"{NEEDS_DOCKER}, which does not answer within {DOCKER_SECONDS} s. Restart Docker."
    if found.returncode:
        return f"`sam local` (optional) needs an image that Docker does not have yet: docker pull {image(cloud)}"
    return None


def require_docker_and_image(cloud: LocalCloud) -> None:
    """Check that Docker answers, and download Lambda's image if it is not there.

    Raises:
        LocalCloudError: Docker does not answer, or the image cannot be downloaded.
    """
    missing = what_is_missing(cloud)
    if missing and image(cloud) in missing:
        # On the terminal, because 200 MB take a while.
        pull = [shutil.which("docker") or "docker", "pull", image(cloud)]
        if subprocess.run(pull, check=False).returncode == 0:
            return
        missing = f"Docker does not have the image {image(cloud)}, and cannot download it (see above)."
    if missing:
        raise LocalCloudError(f"{missing}\nWithout Docker, the emulator runs the same functions: make up")


def _run_docker(program: str, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run([program, *arguments], capture_output=True, check=False, timeout=DOCKER_SECONDS)


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
