"""samconfig.toml: build and deployment use the same template, and `sam local` finds the files of `make up`."""

import tomllib
from typing import Any

import pytest

from tests.support.template import template
from tools.local_cloud.cloud import ROOT, LocalCloud
from tools.local_cloud.emulator_guard import HOST_OF_CONTAINERS

CONFIGURATION = tomllib.loads((ROOT / "samconfig.toml").read_text())
ENVIRONMENTS = [name for name in CONFIGURATION if name != "version"]
LOCAL_COMMANDS = ("local_start_api", "local_start_lambda", "local_invoke")
WITH_SAM_LOCAL = [name for name in ENVIRONMENTS if "local_start_api" in CONFIGURATION[name]]


def settings(environment: str, command: str) -> dict[str, Any]:
    return dict(CONFIGURATION[environment].get(command, {}).get("parameters", {}))


def platform(environment: str, command: str) -> dict[str, str]:
    """Return the Python version and architecture of a command: the file that sets them, or the values."""
    overrides = settings(environment, command).get("parameter_overrides", "")
    if overrides.startswith("file://"):
        return {"file": overrides}
    given = dict(pair.split("=", 1) for pair in overrides.split())
    return {
        name: given.get(name, template()["Parameters"][name]["Default"]) for name in ("PythonRuntime", "Architecture")
    }


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_command_uses_the_runtime_and_architecture_of_the_build(environment: str) -> None:
    built = platform(environment, "build")
    commands = [command for command in (*LOCAL_COMMANDS, "deploy") if command in CONFIGURATION[environment]]
    if environment == "local":
        commands.remove("deploy")  # `make up` passes its parameters

    assert commands
    for command in commands:
        assert platform(environment, command) == built, command


@pytest.mark.parametrize("environment", [name for name in ENVIRONMENTS if name != "local"])
def test_the_packages_of_a_stack_are_its_own(environment: str) -> None:
    assert settings(environment, "deploy")["s3_prefix"] == settings(environment, "global")["stack_name"]


@pytest.mark.parametrize("command", LOCAL_COMMANDS)
@pytest.mark.parametrize("environment", WITH_SAM_LOCAL)
def test_sam_local_reaches_the_emulator_with_what_make_up_writes(environment: str, command: str) -> None:
    found = settings(environment, command)

    assert ROOT / found["env_vars"] == LocalCloud.of_developer({}).environments_file
    assert found["add_host"] == [f"{HOST_OF_CONTAINERS}:host-gateway"]
    assert found["skip_pull_image"] is True, "else each call asks the registry, and fails where there is none"
    assert found.get("warm_containers") == (None if command == "local_invoke" else "LAZY")
    region = found.get("region", settings(environment, "global").get("region"))
    assert region == "us-east-1", "the emulator holds the stack in this one"


def test_only_production_has_no_sandbox_providers() -> None:
    """A stack without them refuses to authorize a payment, until a real provider is configured."""
    chosen = {
        environment: "WithSandboxProviders=false"
        in settings(environment, "deploy").get("parameter_overrides", "").split()
        for environment in ENVIRONMENTS
    }

    assert chosen == {"default": False, "local": False, "prod": True}
    assert template()["Parameters"]["WithSandboxProviders"]["Default"] == "true"


def test_the_local_environment_is_for_this_machines_python_and_processor() -> None:
    written = LocalCloud.of_developer({}).parameters_file.relative_to(ROOT)

    for command in ("build", *LOCAL_COMMANDS):
        assert platform("local", command) == {"file": f"file://{written}"}


def test_only_one_module_reads_the_variable_of_sam_local() -> None:
    sources = [path for folder in ("functions", "layers", "statemachines") for path in (ROOT / folder).rglob("*.*")]
    naming = [path for path in sources if path.suffix in (".py", ".json") and "AWS_SAM_LOCAL" in path.read_text()]

    assert naming == [ROOT / "layers/kernel/kernel/identity.py"]
