"""The payloads in `events/`, and the entry point that handles each."""

import json
from pathlib import Path
from typing import Any

from tests.support.api_routes import entry_point_of
from tests.support.saga_run import service_of

SAMPLES: dict[str, Any] = {path.stem: json.loads(path.read_text()) for path in sorted(Path("events").glob("*.json"))}


def entry_point_of_sample(name: str) -> str:
    """Return the entry point of a sample. Samples of routes and saga steps are named after their use case."""
    payload = SAMPLES[name]
    if "httpMethod" in payload:
        return entry_point_of(payload["httpMethod"], payload["path"])
    return f"{service_of(payload['step'])}_saga" if "step" in payload else name
