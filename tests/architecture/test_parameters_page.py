"""docs/parameters.md lists each parameter of the template once, with its default, and what samconfig.toml sets."""

import re
import tomllib
from collections import Counter
from pathlib import Path

from tests.support.template import template

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "parameters.md").read_text()
ROW = re.compile(r"^\| `([A-Z]\w+)` \| (.+?) \| .+ \| .+ \|$", flags=re.MULTILINE)
VALUE_OF_ENVIRONMENT = re.compile(r"^\| `(default|prod)` \| `(\w+)` \| (.+) \|$", flags=re.MULTILINE)


def shown(value: object) -> str:
    return f"{value}".strip("`") or "empty"


def test_each_parameter_is_listed_once_with_its_default() -> None:
    rows = ROW.findall(PAGE)
    defaults = {name: shown(parameter["Default"]) for name, parameter in template()["Parameters"].items()}

    assert [name for name, count in Counter(name for name, _ in rows).items() if count > 1] == []
    assert {name: shown(default) for name, default in rows} == defaults, "add the parameter to docs/parameters.md"


def test_the_values_of_the_environments_are_those_of_samconfig() -> None:
    configuration = tomllib.loads((ROOT / "samconfig.toml").read_text())
    defaults = {name: f"{parameter['Default']}" for name, parameter in template()["Parameters"].items()}
    overrides = {
        (environment, *override.split("="))
        for environment in ("default", "prod")
        for override in configuration[environment]["deploy"]["parameters"]["parameter_overrides"].split()
    }
    differing = {(environment, name, value) for environment, name, value in overrides if defaults[name] != value}

    listed = {(environment, name, shown(value)) for environment, name, value in VALUE_OF_ENVIRONMENT.findall(PAGE)}
    assert listed == differing
