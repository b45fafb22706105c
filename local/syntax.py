"""Refuse to build what is no Python: `sam build` copies it as it is, and the first call would tell."""

import ast
from pathlib import Path

from local.cloud import LocalCloudError

FOLDERS = ("functions", "layers")


def check_syntax(root: Path) -> None:
    """Parse all that Lambda will run.

    Raises:
        LocalCloudError: a file is no Python; with its name and the line.
    """
    for file in sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py")):
        try:
            ast.parse(file.read_bytes())
        except SyntaxError as error:
            raise LocalCloudError(
                f"{file.relative_to(root)}, line {error.lineno}: {error.msg}. Nothing was built."
            ) from None
