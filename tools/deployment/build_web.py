"""Build the web page: its packages from the lock file, its API client from the contract, then Vite."""

import fcntl
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.local_cloud import fingerprint
from tools.local_cloud.cloud import ROOT, LocalCloudError
from tools.local_cloud.emulator_guard import development_server_file
from tools.local_cloud.environment import programs_environment
from tools.local_cloud.ports import is_taken
from tools.terminal.console import tells_disk_errors

# What Vite 8 wants: https://vite.dev/guide/#scaffolding-your-first-vite-project
OLDEST_NODE = (20, 19)
NODE_ADVICE = f"""The web page is built with Node.js {OLDEST_NODE[0]}.{OLDEST_NODE[1]} or newer; {{found}}.
Get one, for example:
  any system       https://nodejs.org/en/download
  Debian, Ubuntu   sudo apt-get install nodejs npm   (from Debian 13, Ubuntu 25.10 on)
  macOS            brew install node"""

PACKAGES = ("frontend/package.json", "frontend/package-lock.json")
SOURCES = (
    *PACKAGES,
    "contracts/openapi.json",
    "contracts/events.json",
    "statemachines/fulfil_order.asl.json",
    "frontend/index.html",
    "frontend/public",
    "frontend/src",
    "frontend/tsconfig.json",
    "frontend/vite.config.ts",
)
TAIL = 15
# Vite's own default; the next free one is taken.
VITE_PORT = 5173


def build_web(root: Path = ROOT) -> bool:
    """Build what has changed since the last build into `frontend/dist`.

    Returns: whether there was something to do.

    Raises:
        LocalCloudError: Node.js is missing or too old, or npm or Vite failed; the message says what to do.
    """
    with _alone(root):
        install(root)
        sources = fingerprint.of_files(root / source for source in SOURCES)
        if (distribution(root) / "index.html").exists() and _read(_stamp(root)) == sources:
            return False
        _npm(root, "run", "build")
        _stamp(root).write_text(sources)
        return True


def forget(root: Path = ROOT) -> None:
    """No longer take for built what was."""
    _stamp(root).unlink(missing_ok=True)


def install(root: Path = ROOT) -> None:
    """Put the locked packages into `frontend/node_modules`, unless they are there.

    Raises:
        LocalCloudError: Node.js is missing or too old, or npm failed.
    """
    require_node()
    packages = fingerprint.of_files(root / package for package in PACKAGES)
    stamp = root / "frontend" / "node_modules" / ".installed"
    if _read(stamp) != packages:
        _npm(root, "ci", "--no-audit", "--no-fund")
    # Written in any case, so that it is newer than the files that make compares it with.
    stamp.write_text(packages)


def serve_with_hot_reload(web_url: str, root: Path = ROOT) -> int:
    """Run Vite's server until it is stopped; it passes `/api` and `/config.json` on to `web_url`.

    The emulator's guard learns meanwhile that Vite's page may call the emulator.

    Returns: its exit status.
    """
    port = next(port for port in range(VITE_PORT, 65536) if not is_taken(port))
    command = [shutil.which("npm") or "npm", "run", "dev", "--", f"--port={port}", "--strictPort"]
    environment = programs_environment() | {"STACK_WEB_URL": web_url}
    file = development_server_file(root / ".local")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"url": f"http://127.0.0.1:{port}"}))
    try:
        return subprocess.run(command, cwd=root / "frontend", env=environment, check=False).returncode
    finally:
        file.unlink(missing_ok=True)


def distribution(root: Path = ROOT) -> Path:
    """Where the built page is."""
    return root / "frontend" / "dist"


def require_node() -> None:
    """Raises: LocalCloudError: there is no Node.js with npm here, or it is too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise LocalCloudError(NODE_ADVICE.format(found=f"there is no `{'npm' if node else 'node'}` on the PATH"))
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if node_version(version) < OLDEST_NODE:
        raise LocalCloudError(NODE_ADVICE.format(found=f"{node} is {version or 'broken'}"))


def node_version(text: str) -> tuple[int, ...]:
    """The numbers of what `node --version` says, such as `v20.19.4`; none of another text."""
    return tuple(int(number) for number in re.findall(r"\d+", text)) if text.startswith("v") else ()


def _npm(root: Path, *arguments: str) -> None:
    command = [shutil.which("npm") or "npm", *arguments]
    done = subprocess.run(
        command, cwd=root / "frontend", env=programs_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        words = "\n".join(f"  {line}" for line in (done.stdout + done.stderr).strip().splitlines()[-TAIL:])
        raise LocalCloudError(f"`npm {' '.join(arguments)}` failed in frontend/:\n{words}")


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Hold the lock while the block runs: two clouds of one checkout share its page."""
    lock_file = root / ".local" / "web.lock"
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _stamp(root: Path) -> Path:
    return root / "frontend" / "node_modules" / ".built"


def _read(stamp: Path) -> str | None:
    return stamp.read_text() if stamp.exists() else None


@tells_disk_errors
def main() -> int:
    """Install the page's packages. Returns: the exit status."""
    try:
        install()
    except LocalCloudError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
