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
    """Write the groups, each with its time, machine and type of saga. The file keeps all other groups."""
    measured = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": _machine(),
        "saga_type": saga_type,
    }
    kept = {document["name"]: document for document in _documents(path)} if path.exists() else {}
    new = {group.name: {**measured, **group.document()} for group in groups}
    path.write_text(json.dumps({"groups": list((kept | new).values())}, indent=1, ensure_ascii=False) + "\n")


def read(path: Path = RESULTS) -> list[Group]:
    """Return the groups of a results file."""
    return [Group.of_document(document) for document in _documents(path)]


def _documents(path: Path) -> list[dict[str, Any]]:
    documents: list[dict[str, Any]] = json.loads(path.read_text())["groups"]
    return documents


def _machine() -> dict[str, Any]:
    return {
        "processors": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "load_average": round(os.getloadavg()[0], 1),
    }
