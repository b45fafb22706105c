"""Write `contracts/` from the code: `python -m local.contracts`, or `make contracts`."""

import json
import sys

from local import services
from local.cloud import ROOT

CONTRACTS = ROOT / "contracts"


def documents() -> dict[str, str]:
    """Return what `contracts/` is to hold: each file's text by its path in there."""
    services.make_importable()
    from local import openapi  # noqa: PLC0415 (the services' modules are importable from here on)

    return {"openapi.json": _text(openapi.document())}


def write() -> None:
    """Write every document that is not as it should be."""
    for path, text in documents().items():
        file = CONTRACTS / path
        if not file.exists() or file.read_text() != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            sys.stdout.write(f"Wrote {file.relative_to(ROOT)}\n")


def _text(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write()
