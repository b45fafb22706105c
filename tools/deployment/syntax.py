"""Check the Python syntax before a build. `sam build` does not check it, so the first invocation would fail."""

from pathlib import Path

from tools.local_cloud.cloud import LocalCloudError

FOLDERS = ("functions", "layers")


def check_syntax(root: Path) -> None:
    """Compile all Lambda code with the running Python. Ruff finds syntax that is too new for the Lambda runtime.

    Raises:
        LocalCloudError: A file has a syntax error. The message contains its path and the line.
    """
    for file in sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py")):
        try:
            compile(file.read_bytes(), file, "exec", dont_inherit=True)
        except SyntaxError as error:
            raise LocalCloudError(
                f"{file.relative_to(root)}, line {error.lineno}: {error.msg}. Nothing was built."
            ) from None
