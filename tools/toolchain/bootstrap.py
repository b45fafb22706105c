"""Create `.venv` from the locked requirements.

This file runs before anything is installed, possibly with a Python that is too old. It therefore uses only the
standard library, and no syntax newer than Python 3.6.
"""

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, List  # noqa: UP035 (this file must load under Python 3.6)

OLDEST = (3, 11)
NEWEST = (3, 14)
ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
STAMP = VENV / ".installed"

PYTHON_ADVICE = """This project needs Python 3.11 to 3.14, but `{python}` is Python {version}.
Install one, for example:
  Debian, Ubuntu   sudo apt-get install python3 python3-venv   (or python3.12 python3.12-venv)
  Fedora           sudo dnf install python3.13
  macOS            brew install python@3.13
If its name is not `python3`, pass it to make:  make up PYTHON=python3.13"""

VENV_ADVICE = """Python {version} at {python} lacks the module `{module}`, so it cannot create a virtual environment.
  Debian, Ubuntu   sudo apt-get install python3-venv   (or python{minor}-venv)"""


def main() -> None:
    """Create `.venv` if it is missing or broken, then install the locked toolchain into it.

    Raises:
        SystemExit: The machine lacks something. The message names the cause and the fix.
    """
    _require_supported_python()
    _require_venv()
    try:
        if not _venv_works():
            _print_step("Creating .venv with Python " + platform.python_version())
            _run([sys.executable, "-m", "venv", "--clear", str(VENV)])
        _print_step("Installing the locked toolchain into .venv (first run: about one minute)")
        _install()
    except KeyboardInterrupt:
        sys.exit("\nInterrupted. Run make again to continue.")
    except subprocess.CalledProcessError as failure:
        sys.exit(
            "The installation failed: `{}` ended with status {}. Its output is above.\n"
            "To use another package index, set PIP_INDEX_URL and UV_DEFAULT_INDEX. For its certificates, set "
            "SSL_CERT_FILE or UV_SYSTEM_CERTS=1.".format(" ".join(failure.cmd), failure.returncode)
        )
    STAMP.touch()


def _require_supported_python() -> None:
    """Restart with a supported Python version if this one is not supported."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other and _starts(other):
            os.execv(other, [other, "-m", "tools.toolchain.bootstrap"])  # noqa: S606 (no shell needed)
    sys.exit(PYTHON_ADVICE.format(python=sys.executable, version=platform.python_version()))


def _require_venv() -> None:
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            version = "{}.{}".format(*sys.version_info[:2])
            sys.exit(
                VENV_ADVICE.format(
                    version=platform.python_version(), python=sys.executable, module=module, minor=version
                )
            )


def _venv_works() -> bool:
    # An interrupted `python -m venv` leaves no pyvenv.cfg. Packages would then be installed into the system's Python.
    parts = (VENV / "pyvenv.cfg", VENV / "bin" / "pip")
    return all(part.exists() for part in parts) and _starts(str(VENV / "bin" / "python"))


def _starts(python: str) -> bool:
    """Return whether the interpreter starts. Shims and dangling links do not."""
    try:
        return subprocess.call([python, "-c", ""], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def _install() -> None:
    python = str(VENV / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    _run([*pip, "-r", "requirements/bootstrap.txt"])
    # The emulator starts a Python process per function. With bytecode, a start takes a third of the time.
    environment = dict(os.environ, UV_COMPILE_BYTECODE="1", VIRTUAL_ENV=str(VENV))
    sync = [python, "-m", "uv", "pip", "sync", "--quiet", "--require-hashes", "requirements/tools.txt"]
    _run(sync, env=environment)


def _run(command: List[str], **options: Any) -> None:  # noqa: UP006 (as above)
    """Run a program in the checkout. On a terminal, show the elapsed seconds."""
    started = time.monotonic()
    program = subprocess.Popen(command, cwd=str(ROOT), **options)
    try:
        while program.poll() is None:
            time.sleep(0.1)
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{time.monotonic() - started:4.0f} s\r")
                sys.stderr.flush()
    finally:
        program.terminate()
    if program.wait():
        raise subprocess.CalledProcessError(program.returncode, command)


def _print_step(text: str) -> None:
    sys.stderr.write(text + " ...\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
