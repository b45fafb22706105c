"""Tell whether files have changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

IGNORED_FOLDERS = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}


def of_files(places: Iterable[Path]) -> str:
    """A text that is equal only for equal names and contents of all files in and under `places`.

    A place that does not exist counts as an empty folder.
    """
    digest = hashlib.sha256()
    for place in places:
        for file in sorted(_files(place)):
            name = file.relative_to(place.parent).as_posix()
            digest.update(f"{name}\0{file.stat().st_size}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(place: Path) -> Iterable[Path]:
    if place.is_file():
        return [place]
    return (
        path
        for path in place.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and not IGNORED_FOLDERS.intersection(path.parts)
    )
