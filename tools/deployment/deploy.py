"""Deploy the built application to the emulator with `sam deploy`."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from botocore.exceptions import ClientError

from tools.deployment import build, sam
from tools.deployment.parameters import as_arguments, parameters
from tools.local_cloud import emulator, emulator_roles
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import REGION, STACK_NAME, LocalCloud

COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


def is_current(cloud: LocalCloud) -> bool:
    """Return whether the last build is deployed to the running emulator."""
    return _deployed(cloud) == _state(cloud)


def restart_reason(cloud: LocalCloud) -> str | None:
    """Return why the emulator must restart before a deployment. None if its stack is complete, or if there is none.

    A stack also stays complete if `sam deploy` was refused, or interrupted before its first change.
    """
    status = stack_status(cloud)
    if status is None:
        return None
    if status not in COMPLETE:
        return "its last deployment failed"
    deployed = _deployed(cloud)
    # The emulator's SAM transform sees only the default values of parameters, so it publishes no new versions for new
    # values.
    is_same = deployed.get("parameters") in (None, parameters(cloud))
    return None if is_same else "the template's parameters have changed"


def deploy(cloud: LocalCloud, on_resource: Callable[[int], None] = lambda _: None) -> None:
    """Deploy the last build.

    Args:
        cloud: The local cloud.
        on_resource: Called with the number of resources that are ready, after each resource.

    Raises:
        LocalCloudError: `sam deploy` failed. `restart_reason` says whether the stack is still usable.
    """
    # Until `sam deploy` succeeds, the sources of the stack are unknown.
    _record(cloud).write_text(json.dumps(_state(cloud) | {"sources": None}))
    ready: set[str] = set()

    def count(line: str) -> None:
        words = line.split()
        if words and words[0] in COMPLETE and len(words) > 2:
            ready.add(words[2])
            on_resource(len(ready))

    sam.run(cloud, deploy_arguments(cloud, parameters(cloud)), {"AWS_ENDPOINT_URL": cloud.emulator_url}, count)
    if cloud.enforces_roles:
        emulator_roles.add_emulator_permissions(Aws(cloud.emulator_url))
    _record(cloud).write_text(json.dumps(_state(cloud), indent=2))


def mark_not_deployed(cloud: LocalCloud) -> None:
    """Make the next `make up` deploy, even if the build has not changed."""
    _record(cloud).unlink(missing_ok=True)


def deploy_arguments(cloud: LocalCloud, values: Mapping[str, str]) -> list[str]:
    """Return the arguments of `sam deploy`."""
    template = cloud.build_dir / "template.yaml"
    if cloud.enforces_roles:
        template = emulator_roles.template_for_plain_http(template)
    return [
        "deploy",
        f"--config-file={cloud.root / 'samconfig.toml'}",
        "--config-env=local",
        f"--template-file={template}",
        f"--stack-name={STACK_NAME}",
        f"--region={REGION}",
        "--parameter-overrides",
        *as_arguments(values),
    ]


def outputs(cloud: LocalCloud) -> dict[str, str]:
    """Return the stack's outputs. Read them after each deployment, because the API's id can change."""
    (stack,) = Aws(cloud.emulator_url).cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def stack_status(cloud: LocalCloud) -> str | None:
    """Return CloudFormation's status of the stack. None if there is no stack."""
    try:
        (stack,) = Aws(cloud.emulator_url).cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"]
    except ClientError:
        return None
    return stack["StackStatus"]


def _state(cloud: LocalCloud) -> dict[str, object]:
    return {
        "emulator": emulator.identity(cloud),
        "sources": build.last_build_fingerprint(cloud),
        "parameters": parameters(cloud),
    }


def _deployed(cloud: LocalCloud) -> dict[str, object]:
    """Return the state at the last deployment. Empty if it is unknown."""
    try:
        deployed: dict[str, object] = json.loads(_record(cloud).read_text())
    except (OSError, ValueError):
        return {}
    return deployed


def _record(cloud: LocalCloud) -> Path:
    return cloud.state_dir / "deployed.json"
