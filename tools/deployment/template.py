"""Load template.yaml as data, with its loops (Fn::ForEach) expanded. As a program, print it as JSON."""

import copy
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml
from cfnlint.template import Template

from tools.local_cloud.cloud import ROOT, LocalCloudError

TEMPLATE = ROOT / "template.yaml"
LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions"


def load(path: Path = TEMPLATE) -> dict[str, Any]:
    """Read a template, and expand its loops with cfn-lint's implementation of AWS::LanguageExtensions.

    Intrinsic functions have their long form (`{"Ref": ...}`). Lookups in mappings are replaced by their values, with
    the default values of parameters.

    Raises:
        LocalCloudError: A loop is malformed.
    """
    document = cfn_yaml.load(str(path))
    if LANGUAGE_EXTENSIONS not in document.get("Transform", []):
        return dict(document)
    # Without the SAM transform, because cfn-lint would copy Globals into every function.
    template = Template(str(path), {**copy.deepcopy(document), "Transform": LANGUAGE_EXTENSIONS})
    for problem in template.transform():
        raise LocalCloudError(f"{path.name}: {problem.message}")
    # The original conditions, because cfn-lint sorts the operands of its copy.
    return {**template.template, "Transform": document["Transform"], "Conditions": document.get("Conditions", {})}


def filter_policy(subscription: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the filter policy in a subscription's properties. A policy from a mapping is JSON text."""
    policy = subscription.get("FilterPolicy", {})
    return dict(json.loads(policy) if isinstance(policy, str) else policy)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(load(), indent=1))
