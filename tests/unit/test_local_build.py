"""What a build reads: where it changes, `make up` builds and deploys."""

import re
from pathlib import Path

from local.build import SOURCES
from local.cloud import ROOT


def test_all_that_the_template_names_counts_as_source():
    named = re.findall(r"(?:CodeUri|ContentUri|DefinitionUri|Location): (\S+)", (ROOT / "template.yaml").read_text())

    assert named
    assert {Path(path).parts[0] for path in named} <= set(SOURCES)
