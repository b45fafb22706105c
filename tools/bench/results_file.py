"""Read and write the results file, tools/bench/results.json."""

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from tools.bench.sample import Group

RESULTS = Path(__file__).with_name("results.json")


def write(groups: Sequence[Group], *, saga_type: str, path: Path = RESULTS) -> None:
    """Write the groups and a description of the machine. Groups that are not in `groups` stay unchanged."""
    kept = {group.name: group for group in read(path)} if path.exists() else {}
    document = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": _machine(),
        "saga_type": saga_type,
        "groups": [group.document() for group in (kept | {group.name: group for group in groups}).values()],
    }
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def read(path: Path = RESULTS) -> list[Group]:
    """Return the groups of a results file."""
    return [Group.of_document(document) for document in json.loads(path.read_text())["groups"]]


def _machine() -> dict[str, Any]:
    return {
        "processors": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "load_average": round(os.getloadavg()[0], 1),
    }
