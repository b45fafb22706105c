"""Apply SAM's transform to a template, as CloudFormation does."""

import json
from collections.abc import Mapping
from types import MappingProxyType, SimpleNamespace
from typing import Any
from unittest.mock import patch

from samtranslator.translator.transform import transform

from tools.local_cloud.cloud import REGION


def transformed(document: Mapping[str, Any], parameters: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """Return a template after SAM's transform, with placeholders for the artifacts that `sam deploy` uploads.

    Args:
        document: The template, with its loops expanded.
        parameters: Values of parameters. The others have their defaults.
    """
    packaged = json.loads(json.dumps(document)) | {"Transform": "AWS::Serverless-2016-10-31"}
    for each in packaged["Resources"].values():
        for uri in {"CodeUri", "ContentUri", "DefinitionUri"} & each.get("Properties", {}).keys():
            each["Properties"][uri] = "s3://artifacts/artifact"
    with patch.dict("os.environ", {"AWS_DEFAULT_REGION": REGION}):
        result: dict[str, Any] = transform(packaged, dict(parameters), SimpleNamespace(load=dict))
    return result
