"""The payloads in `events/`, and the entry point that handles each."""

import json
from pathlib import Path
from typing import Any

from tests.support.api_routes import entry_point_of

SAMPLES: dict[str, Any] = {path.stem: json.loads(path.read_text()) for path in sorted(Path("events").glob("*.json"))}


def entry_point_of_sample(name: str) -> str:
    """Return the module that handles the sample. The sample of a route is named after its use case."""
    payload = SAMPLES[name]
    return entry_point_of(payload["httpMethod"], payload["path"]) if "httpMethod" in payload else name
