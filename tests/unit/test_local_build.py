"""What a build reads: where it changes, `make up` builds and deploys."""

import json
import re
from pathlib import Path

from samcli.yamlhelper import yaml_dump, yaml_parse

from local.build import SOURCES, make_quicker_to_read
from local.cloud import ROOT


def test_all_that_the_template_names_counts_as_source():
    # A function's value, such as `!Sub`, is no path.
    paths = r"(?:CodeUri|ContentUri|DefinitionUri|Location): ([^!\s]\S*)"
    named = re.findall(paths, (ROOT / "template.yaml").read_text())

    assert named
    assert {Path(path).parts[0] for path in named} <= set(SOURCES)


def test_the_built_template_says_the_same_as_json(tmp_path: Path) -> None:
    built = tmp_path / "template.yaml"
    # As `sam build` writes it.
    built.write_text(yaml_dump(yaml_parse((ROOT / "template.yaml").read_text())))
    before = yaml_parse(built.read_text())

    make_quicker_to_read(built)

    assert yaml_parse(built.read_text()) == before
    assert json.loads(built.read_text())["Resources"]
