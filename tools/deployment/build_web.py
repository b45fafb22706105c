"""Build the web page: install the locked packages, generate the API client from the contract, and run Vite."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.local_cloud import fingerprint
from tools.local_cloud.cloud import ROOT, LocalCloudError
from tools.local_cloud.emulator_guard import development_server_file
from tools.local_cloud.environment import subprocess_environment
from tools.local_cloud.lock_file import exclusive_lock
from tools.local_cloud.ports import is_taken
from tools.terminal.console import reports_errors

# The minimum version for Vite 8: https://vite.dev/guide/#scaffolding-your-first-vite-project
MIN_NODE = (20, 19)
NODE_ADVICE = f"""Building the web page needs Node.js {MIN_NODE[0]}.{MIN_NODE[1]} or newer, but {{found}}.
Install it, for example:
  any system       https://nodejs.org/en/download
  Debian, Ubuntu   sudo apt-get install nodejs npm   (Debian 13 or newer, Ubuntu 25.10 or newer)
  macOS            brew install node"""

SOURCES = (
    "frontend/package.json",
    "frontend/package-lock.json",
    "contracts/openapi.json",
    "contracts/events.json",
    "statemachines/fulfil_order.asl.json",
    "statemachines/refund_return.asl.json",
    "frontend/index.html",
    "frontend/public",
    "frontend/src",
    "frontend/tsconfig.json",
    "frontend/vite.config.ts",
)
# The number of lines of npm's output in an error message.
TAIL = 15
# Vite's default port. If it is in use, the next free port.
VITE_PORT = 5173


def build_web(root: Path = ROOT) -> bool:
    """Build into `frontend/dist`, if the sources have changed since the last build.

    Returns:
        Whether there was something to build.

    Raises:
        LocalCloudError: Node.js is missing or too old, or npm or Vite failed. The message says what to do.
    """
    # The clouds of one checkout share the page.
    with exclusive_lock(root / ".local" / "web.lock"):
        install(root / "frontend")
        sources = fingerprint.of_files(root / source for source in SOURCES)
        if (distribution(root) / "index.html").exists() and _read(_stamp(root)) == sources:
            return False
        _npm(root / "frontend", "run", "build")
        _stamp(root).write_text(sources)
        return True


def mark_not_built() -> None:
    """Make the next `build_web` build the page, even if its sources have not changed."""
    _stamp(ROOT).unlink(missing_ok=True)


def install(folder: Path = ROOT / "frontend") -> None:
    """Install the locked packages into the folder's `node_modules`, unless they are installed.

    Raises:
        LocalCloudError: Node.js is missing or too old, or npm failed.
    """
    require_node()
    packages = fingerprint.of_files(folder / name for name in ("package.json", "package-lock.json"))
    stamp = folder / "node_modules" / ".installed"
    if _read(stamp) != packages:
        _npm(folder, "ci", "--no-audit", "--no-fund")
    # Always written, because make compares its time with the times of the package files.
    stamp.write_text(packages)


def serve_with_hot_reload(web_url: str, root: Path) -> int:
    """Run Vite's development server until it is stopped. It forwards `/api` and `/config.json` to `web_url`.

    While it runs, a file tells the emulator's guard that the page at Vite's port may call the emulator.

    Returns:
        The exit status of the server.
    """
    port = next(port for port in range(VITE_PORT, 65536) if not is_taken(port))
    command = [shutil.which("npm") or "npm", "run", "dev", "--", f"--port={port}", "--strictPort"]
    environment = subprocess_environment() | {"STACK_WEB_URL": web_url}
    file = development_server_file(root / ".local")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"url": f"http://127.0.0.1:{port}"}))
    try:
        return subprocess.run(command, cwd=root / "frontend", env=environment, check=False).returncode
    finally:
        file.unlink(missing_ok=True)


def distribution(root: Path = ROOT) -> Path:
    """Return the folder of the built page."""
    return root / "frontend" / "dist"


def require_node() -> None:
    """Check that Node.js and npm are installed.

    Raises:
        LocalCloudError: Node.js or npm is missing, or Node.js is too old.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise LocalCloudError(NODE_ADVICE.format(found=f"there is no `{'npm' if node else 'node'}` on the PATH"))
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if node_version(version) < MIN_NODE:
        raise LocalCloudError(NODE_ADVICE.format(found=f"{node} is {version or 'broken'}"))


def node_version(text: str) -> tuple[int, ...]:
    """Return the numbers in the output of `node --version`, for example `v20.19.4`. Empty for any other text."""
    return tuple(int(number) for number in re.findall(r"\d+", text)) if text.startswith("v") else ()


def _npm(folder: Path, *arguments: str) -> None:
    command = [shutil.which("npm") or "npm", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=subprocess_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        output = "\n".join(f"  {line}" for line in (done.stdout + done.stderr).strip().splitlines()[-TAIL:])
        raise LocalCloudError(f"`npm {' '.join(arguments)}` failed in {folder}:\n{output}")


def _stamp(root: Path) -> Path:
    return root / "frontend" / "node_modules" / ".built"


def _read(stamp: Path) -> str | None:
    return stamp.read_text() if stamp.exists() else None


@reports_errors
def main() -> int:
    """Install the page's packages, and return the exit status."""
    install()
    return 0


if __name__ == "__main__":
    sys.exit(main())
