"""Generate `contracts/` and the views' copy of the event catalogue from the code: `make contracts`.

The event catalogue, `contracts/events.json`, is written by hand. A published version of an event's schema may only
gain optional members.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.generator import event_catalogue, event_compatibility, services
from tools.local_cloud.cloud import ROOT
from tools.terminal.console import reports_errors

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
        CatalogueMismatch: The event types of the catalogue and of the services differ.
    """
    services.make_importable()
    from contracts.generator import asyncapi, event_schemas, openapi  # noqa: PLC0415 (needs make_importable)

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
    """Check that the catalogue has exactly the event types that the services define.

    Args:
        defined: Name and source of each event type in the code.

    Raises:
        CatalogueMismatch: The event types of the catalogue and of the services differ.
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
    """Return the text of every generated file, by its path in the repository."""
    in_contracts = sorted((root / "contracts").rglob("*.json"))
    files = (file for file in (*in_contracts, root / VIEWS_CATALOGUE) if file != root / CATALOGUE and file.exists())
    return {file.relative_to(root): file.read_text() for file in files}


def incompatible_changes(new: Mapping[Path, Document], current: Mapping[Path, str]) -> list[str]:
    """Return a sentence for each incompatible change that `new` makes to the published event schemas in `current`."""
    found = []
    for path, text in current.items():
        if path.parts[:2] != ("contracts", "events"):
            continue
        if path in new:
            found += [f"{path}: {broken}" for broken in event_compatibility.breaks(json.loads(text), new[path])]
        elif not _later_version(path, new):
            found.append(f"{path}: the event type was removed, so its stored events can no longer be read")
    return found


def text_of(document: Document) -> str:
    """Return the text of a document's file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def write(root: Path = ROOT) -> list[Path]:
    """Write every document that is out of date, and return their paths.

    Raises:
        CatalogueMismatch: The event types of the catalogue and of the services differ. Nothing is written.
        IncompatibleChange: A published schema would change in an incompatible way. Nothing is written.
    """
    new, current = documents(), published(root)
    if broken := incompatible_changes(new, current):
        raise IncompatibleChange(broken)
    stale = [path for path, document in new.items() if current.get(path) != text_of(document)]
    for path in stale:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text_of(new[path]))
    return stale


class CatalogueMismatch(Exception):
    """The event types of the catalogue and of the services differ."""


class IncompatibleChange(Exception):
    """The change would break readers of a published event schema."""

    def __init__(self, broken: list[str]) -> None:
        super().__init__(
            "\n".join(broken)
            + "\n\nDo not change a published version. Instead, increment `schema_version` of the event's class, add an"
            " upcaster from the previous version to each service that reads the event, and repeat `make contracts`:"
            " docs/changing-an-event.md."
        )


def _later_version(path: Path, new: Mapping[Path, Document]) -> bool:
    return any(other.parent == path.parent and int(other.stem) > int(path.stem) for other in new)


@reports_errors
def main() -> int:
    """Write the documents that are out of date, and print their paths or the error.

    Returns:
        The exit code.
    """
    try:
        written = write()
    except (CatalogueMismatch, IncompatibleChange) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.writelines(f"Wrote {path}\n" for path in written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
