"""Write `contracts/` from the code: `python -m contracts.generator.write`, or `make contracts`.

A version of an event's schema that is published stays as it is, but for optional members that are new.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.generator import event_compatibility, services
from tools.local_cloud.cloud import ROOT
from tools.terminal.console import tells_disk_errors

CONTRACTS = ROOT / "contracts"

Document = Mapping[str, Any]


def documents() -> dict[Path, Document]:
    """Return what the code says that `contracts/` is to hold: each document by its path in there."""
    services.make_importable()
    from contracts.generator import asyncapi, event_schemas, openapi  # noqa: PLC0415 (the services can be imported from here on)

    found: dict[Path, Document] = {
        Path("openapi.json"): openapi.document(),
        Path("asyncapi.json"): asyncapi.document(),
    }
    for event_type in event_schemas.event_types():
        found[event_schemas.path_of(event_type.name, event_type.version)] = event_schemas.schema_of(event_type)
    return found


def published(folder: Path = CONTRACTS) -> dict[Path, str]:
    """Return the text of every document in `contracts/`, by its path in there."""
    return {file.relative_to(folder): file.read_text() for file in sorted(folder.rglob("*.json"))}


def refusals(wanted: Mapping[Path, Document], present: Mapping[Path, str]) -> list[str]:
    """Return why `wanted` may not be published after `present`: the events' schemas that it would break."""
    found = []
    for path, text in present.items():
        if path.parts[0] != "events":
            continue
        if path in wanted:
            found += [f"{path}: {broken}" for broken in event_compatibility.breaks(json.loads(text), wanted[path])]
        elif not _later_version(path, wanted):
            found.append(f"{path}: the event type is gone, and stored events of it can no longer be read")
    return found


def text_of(document: Document) -> str:
    """Return a document as it stands in its file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def write(folder: Path = CONTRACTS) -> list[Path]:
    """Write every document that is not as it should be; return their paths.

    Raises:
        IncompatibleChange: a published schema would break. Nothing is written.
    """
    wanted, present = documents(), published(folder)
    if broken := refusals(wanted, present):
        raise IncompatibleChange(broken)
    stale = [path for path, document in wanted.items() if present.get(path) != text_of(document)]
    for path in stale:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text_of(wanted[path]))
    return stale


class IncompatibleChange(Exception):
    """Published schemas would change so that those who read events break."""

    def __init__(self, broken: list[str]) -> None:
        super().__init__(
            "\n".join(broken)
            + "\n\nLeave the published version as it is. Raise `schema_version` of the event's class, add an upcaster"
            " from the version before in layers/kernel/kernel/upcasting.py, and run `make contracts` again:"
            " docs/changing-an-event.md."
        )


def _later_version(path: Path, wanted: Mapping[Path, Document]) -> bool:
    return any(other.parent == path.parent and int(other.stem) > int(path.stem) for other in wanted)


@tells_disk_errors
def main() -> int:
    """Write what is stale; say what was written, or why nothing was. Returns: the exit status."""
    try:
        written = write()
    except IncompatibleChange as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    sys.stdout.writelines(f"Wrote {Path('contracts') / path}\n" for path in written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
