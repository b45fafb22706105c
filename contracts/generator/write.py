"""Write `contracts/` from the code, and the views' copy of the event catalogue: `make contracts`.

`contracts/events.json`, the event catalogue, is written by hand. A published version of an event's schema does not
change, except that it may gain optional members.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.generator import event_catalogue, event_compatibility, services
from tools.local_cloud.cloud import ROOT
from tools.terminal.console import reports_disk_errors

if TYPE_CHECKING:
    from contracts.generator.event_schemas import EventType

CONTRACTS = ROOT / "contracts"
CATALOGUE = "contracts/events.json"
# A function can read only its own folder.
VIEWS_CATALOGUE = "functions/views/event_catalogue.json"

Document = Mapping[str, Any]


def documents() -> dict[Path, Document]:
    """Return every generated document, by its path in the repository.

    Raises:
        CatalogueMismatch: The catalogue names other event types than the services define.
    """
    services.make_importable()
    from contracts.generator import asyncapi, event_schemas, openapi  # noqa: PLC0415 (the services can be imported from here on)

    kinds = list(event_schemas.event_types())
    check_catalogue({(kind.name, kind.source) for kind in kinds})
    return {
        Path("contracts/openapi.json"): openapi.document(),
        Path("contracts/asyncapi.json"): asyncapi.document(),
        Path(VIEWS_CATALOGUE): {kind.name: _entry_of_views(kind) for kind in sorted(kinds)},
        **{
            "contracts" / event_schemas.path_of(kind.name, kind.version): event_schemas.schema_of(kind)
            for kind in kinds
        },
    }


def check_catalogue(defined: set[tuple[str, str]]) -> None:
    """Check that the catalogue has each event type that the services define, and no other.

    Args:
        defined: Name and source of each event type in the code.

    Raises:
        CatalogueMismatch: It does not.
    """
    listed = {(name, entry["source"]) for name, entry in event_catalogue.CATALOGUE.items()}
    missing = [f"{name} of {source}: add it to {CATALOGUE}" for name, source in sorted(defined - listed)]
    unknown = [f"{name} of {source}: no service defines it" for name, source in sorted(listed - defined)]
    if missing or unknown:
        raise CatalogueMismatch("\n".join(missing + unknown))


def _entry_of_views(kind: "EventType") -> Document:
    entry = event_catalogue.CATALOGUE[kind.name]
    decision = {"decision": True} if entry.get("decision") else {}
    return {"source": kind.source, "version": kind.version, **entry.get("view", {}), **decision}


def published(root: Path = ROOT) -> dict[Path, str]:
    """Return the text of every generated file in the repository, by its path in there."""
    in_contracts = sorted((root / "contracts").rglob("*.json"))
    files = (file for file in (*in_contracts, root / VIEWS_CATALOGUE) if file != root / CATALOGUE and file.exists())
    return {file.relative_to(root): file.read_text() for file in files}


def refusals(wanted: Mapping[Path, Document], present: Mapping[Path, str]) -> list[str]:
    """Return why `wanted` must not replace `present`: the published schemas of events that would break."""
    found = []
    for path, text in present.items():
        if path.parts[:2] != ("contracts", "events"):
            continue
        if path in wanted:
            found += [f"{path}: {broken}" for broken in event_compatibility.breaks(json.loads(text), wanted[path])]
        elif not _later_version(path, wanted):
            found.append(f"{path}: the event type is gone, and stored events of it can no longer be read")
    return found


def text_of(document: Document) -> str:
    """Return a document as it stands in its file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def write(root: Path = ROOT) -> list[Path]:
    """Write every document that is out of date, and return their paths.

    Raises:
        CatalogueMismatch: The catalogue names other event types than the services define. Nothing is written.
        IncompatibleChange: A published schema would break. Nothing is written.
    """
    wanted, present = documents(), published(root)
    if broken := refusals(wanted, present):
        raise IncompatibleChange(broken)
    stale = [path for path, document in wanted.items() if present.get(path) != text_of(document)]
    for path in stale:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text_of(wanted[path]))
    return stale


class CatalogueMismatch(Exception):
    """The event catalogue and the code differ."""


class IncompatibleChange(Exception):
    """Published schemas would change so that those who read events break."""

    def __init__(self, broken: list[str]) -> None:
        super().__init__(
            "\n".join(broken)
            + "\n\nLeave the published version as it is. Raise `schema_version` of the event's class, add an upcaster"
            " from the version before in each service that reads it, and run `make contracts` again:"
            " docs/changing-an-event.md."
        )


def _later_version(path: Path, wanted: Mapping[Path, Document]) -> bool:
    return any(other.parent == path.parent and int(other.stem) > int(path.stem) for other in wanted)


@reports_disk_errors
def main() -> int:
    """Write what is out of date, and print what was written, or why nothing was.

    Returns:
        The exit status.
    """
    try:
        written = write()
    except (CatalogueMismatch, IncompatibleChange) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    sys.stdout.writelines(f"Wrote {path}\n" for path in written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
