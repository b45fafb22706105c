"""The dev container has what README.md requires, and forwards the ports of `make up`."""

import json
import re
from typing import Any

from tests.support.template import template
from tools.deployment.build_web import MIN_NODE
from tools.local_cloud.cloud import EMULATOR_PORT, ROOT, WEB_PORT
from tools.toolchain.bootstrap import NEWEST, OLDEST

README = (ROOT / "README.md").read_text()
TEXT = (ROOT / ".devcontainer" / "devcontainer.json").read_text()
# The file may have comments: https://containers.dev/implementors/spec/
CONTAINER: dict[str, Any] = json.loads(re.sub(r"^\s*//.*$", "", TEXT, flags=re.MULTILINE))


def test_its_python_is_supported_and_is_that_of_the_functions_on_aws() -> None:
    image, _, version = CONTAINER["image"].partition(":")

    assert image == "mcr.microsoft.com/devcontainers/python"
    assert OLDEST <= tuple(map(int, version.split("."))) <= NEWEST
    assert f"python{version}" == template()["Parameters"]["PythonRuntime"]["Default"]
    assert f"Python {OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}" in README


def test_its_node_is_new_enough_for_the_page() -> None:
    major = int(CONTAINER["features"]["ghcr.io/devcontainers/features/node:1"]["version"])

    assert (major,) > MIN_NODE
    assert f"Node.js {MIN_NODE[0]}.{MIN_NODE[1]} or newer" in README


def test_it_forwards_the_ports_of_the_local_cloud_to_the_same_ports() -> None:
    attributes = CONTAINER["portsAttributes"]

    assert CONTAINER["forwardPorts"] == [EMULATOR_PORT, WEB_PORT]
    assert attributes.keys() == {str(EMULATOR_PORT), str(WEB_PORT)}
    assert all(each["label"] and each["requireLocalPort"] for each in attributes.values())


def test_it_installs_what_the_commands_need() -> None:
    makefile = (ROOT / "Makefile").read_text()
    make, *targets = CONTAINER["updateContentCommand"].split()

    assert "chromium" in CONTAINER["onCreateCommand"].split(), "for the browser tests"
    assert make == "make"
    assert {f":= {target}" for target in targets} <= set(re.findall(r":= .*", makefile))
