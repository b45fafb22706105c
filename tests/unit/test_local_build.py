"""What a build reads: where it changes, `make up` builds and deploys."""

import re
from pathlib import Path

from local.build import SOURCES
from local.cloud import ROOT


def test_all_that_the_template_names_counts_as_source():
    # A function's value, such as `!Sub`, is no path.
    paths = r"(?:CodeUri|ContentUri|DefinitionUri|Location): ([^!\s]\S*)"
    named = re.findall(paths, (ROOT / "template.yaml").read_text())

    assert named
    assert {Path(path).parts[0] for path in named} <= set(SOURCES)
