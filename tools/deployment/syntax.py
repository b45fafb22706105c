"""Refuse to build what is no Python: `sam build` copies it as it is, and the first call would tell."""

from pathlib import Path

from tools.local_cloud.cloud import LocalCloudError

FOLDERS = ("functions", "layers")


def check_syntax(root: Path) -> None:
    """Compile all that Lambda will run, by the Python that runs this: what only an older one refuses, Ruff finds.

    Raises:
        LocalCloudError: a file is no Python; with its name and the line.
    """
    for file in sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py")):
        try:
            compile(file.read_bytes(), file, "exec", dont_inherit=True)
        except SyntaxError as error:
            raise LocalCloudError(
                f"{file.relative_to(root)}, line {error.lineno}: {error.msg}. Nothing was built."
            ) from None
