"""The sources of a build, and the template that a build writes."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from samcli.yamlhelper import yaml_dump, yaml_parse

from tools.deployment.build import BUILT_FOR, SOURCES, insert_build_parameters
from tools.local_cloud.cloud import ROOT


def test_all_paths_in_the_template_are_sources():
    # The value of an intrinsic function, such as `!Sub`, is not a path.
    paths = r"(?:CodeUri|ContentUri|DefinitionUri|Location): ([^!\s]\S*)"
    named = re.findall(paths, (ROOT / "template.yaml").read_text())

    assert named
    assert {Path(path).parts[0] for path in named} <= set(SOURCES)


def references(node: object) -> Iterator[str]:
    """Yield the name in each `Ref`, and the text of each `Fn::Sub`."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name in ("Ref", "Fn::Sub"):
                yield str(value)
            yield from references(value)
    elif isinstance(node, list):
        for entry in node:
            yield from references(entry)


def test_the_built_template_contains_its_python_runtime_and_architecture(tmp_path: Path) -> None:
    built = tmp_path / "template.yaml"
    # The same format as `sam build` writes.
    built.write_text(yaml_dump(yaml_parse((ROOT / "template.yaml").read_text())))
    before = yaml_parse(built.read_text())

    insert_build_parameters(built, {"PythonRuntime": "python3.11", "Architecture": "arm64"})

    after = json.loads(built.read_text())
    assert after["Globals"]["Function"]["Runtime"] == "python3.11"
    assert after["Globals"]["Function"]["Architectures"] == ["arm64"]
    assert not [text for text in references(after) for name in BUILT_FOR if name in text]
    # Everything else is unchanged.
    assert after["Parameters"] == before["Parameters"]
    assert after["Resources"].keys() == before["Resources"].keys()
    for name, resource in before["Resources"].items():
        if not {*BUILT_FOR} & {*references(resource)}:
            assert after["Resources"][name] == resource
