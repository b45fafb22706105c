"""Deploy the built artifacts by the real `sam deploy`, to the emulator."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from botocore.exceptions import ClientError

from tools.deployment import build, sam
from tools.deployment.parameters import as_arguments, parameters
from tools.local_cloud import emulator, emulator_roles
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import REGION, STACK_NAME, LocalCloud

WHOLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


def is_current(cloud: LocalCloud) -> bool:
    """Whether this emulator holds what was built last."""
    return _deployed(cloud) == _state(cloud)


def restart_reason(cloud: LocalCloud) -> str | None:
    """Return why the emulator must restart before a deployment; None if its stack is complete, or if there is none.

    A stack stays complete if `sam deploy` was refused, or interrupted before it changed anything.
    """
    deployed = _deployed(cloud)
    if not deployed:
        return None if stack_status(cloud) in (None, *WHOLE) else "its last deployment had not ended well"
    # The emulator's SAM transform knows the parameters' defaults only: it publishes no new versions for new values.
    same = deployed["emulator"] != emulator.identity(cloud) or deployed["parameters"] == parameters(cloud)
    return None if same else "the template's parameters have changed"


def deploy(cloud: LocalCloud, on_resource: Callable[[int], None] = lambda _: None) -> None:
    """Deploy; `on_resource` is told how many resources are ready.

    Raises:
        LocalCloudError: `sam deploy` failed. `restart_reason` says whether the stack can be used.
    """
    forget(cloud)
    ready: set[str] = set()

    def count(line: str) -> None:
        words = line.split()
        if words and words[0] in ("CREATE_COMPLETE", "UPDATE_COMPLETE") and len(words) > 2:
            ready.add(words[2])
            on_resource(len(ready))

    sam.run(cloud, deploy_arguments(cloud, parameters(cloud)), {"AWS_ENDPOINT_URL": cloud.emulator_url}, count)
    if cloud.enforces_roles:
        emulator_roles.allow_what_the_emulator_asks_for(Aws(cloud.emulator_url))
    _record(cloud).write_text(json.dumps(_state(cloud), indent=2))


def forget(cloud: LocalCloud) -> None:
    """No longer take for deployed what was."""
    _record(cloud).unlink(missing_ok=True)


def deploy_arguments(cloud: LocalCloud, values: Mapping[str, str]) -> list[str]:
    """The command line of `sam deploy`."""
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
    """The stack's outputs. To be read after each deploy: the API's id may have changed."""
    (stack,) = Aws(cloud.emulator_url).cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def stack_status(cloud: LocalCloud) -> str | None:
    """The stack's status in CloudFormation's words; None when there is no stack."""
    try:
        (stack,) = Aws(cloud.emulator_url).cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"]
    except ClientError:
        return None
    return stack["StackStatus"]


def _state(cloud: LocalCloud) -> dict[str, object]:
    return {
        "emulator": emulator.identity(cloud),
        "sources": build.fingerprint_of_last_build(cloud),
        "parameters": parameters(cloud),
    }


def _deployed(cloud: LocalCloud) -> dict[str, object]:
    """What was deployed last; nothing when that is not known."""
    try:
        deployed: dict[str, object] = json.loads(_record(cloud).read_text())
    except (OSError, ValueError):
        return {}
    return deployed


def _record(cloud: LocalCloud) -> Path:
    return cloud.state_dir / "deployed.json"
