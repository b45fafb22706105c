"""Detect changed files by a hash."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

IGNORED_FOLDERS = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}


def of_files(paths: Iterable[Path]) -> str:
    """Return a hash of the names and contents of all files in `paths`, which may be files or folders.

    A path that does not exist counts as an empty folder.
    """
    digest = hashlib.sha256()
    for path in paths:
        for file in sorted(_files(path)):
            name = file.relative_to(path.parent).as_posix()
            digest.update(f"{name}\0{file.stat().st_size}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(path: Path) -> Iterable[Path]:
    if path.is_file():
        return [path]
    return (
        file
        for file in path.rglob("*")
        if file.is_file() and file.suffix != ".pyc" and not IGNORED_FOLDERS.intersection(file.parts)
    )
