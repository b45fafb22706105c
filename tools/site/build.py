"""Build the documents as a site: `python -m tools.site.build`, or `make docs`; with `--serve`, `make docs-serve`."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile

from tools.deployment.build_web import require_node
from tools.local_cloud import fingerprint
from tools.local_cloud.cloud import ROOT, LocalCloudError, port
from tools.local_cloud.environment import subprocess_environment
from tools.site.pages import write_pages
from tools.terminal.console import SafeConsole, reports_disk_errors
from tools.terminal.progress import Step, Steps

SETTINGS = "tools/site"
PAGES = ".local/docs/pages"
SITE = ".local/docs/site"
REMEMBERED = ".local/docs/doctrees"
PROGRAMS = ".venv-docs/bin"
PROGRESS = re.compile(r"(reading|writing) \w+\.\.\. .*?\[ *(\d+%)\]")
INTERRUPTED = 130


def build(steps: Steps, root: Path = ROOT) -> Path:
    """Build the site. A warning is a failure, and so is a link inside it that leads nowhere.

    Returns: the site's home page.

    Raises:
        LocalCloudError: npm or Sphinx failed; the message holds every warning.
    """
    with steps.step("Fetching Mermaid, which draws the diagrams", "Mermaid is there"):
        install_mermaid(root)
    with steps.step("Making the pages", "Made the pages") as step:
        pages = write_pages(root / PAGES, root)
        step.done = f"Made {len(pages)} pages: the documents, and what they link to"
    with steps.step("Building the site", "Built the site, without a warning") as step:
        _run_sphinx(root, step)
    return root / SITE / "index.html"


def install_mermaid(root: Path = ROOT) -> None:
    """Put the locked packages into `tools/site/node_modules`, unless they are there.

    Raises:
        LocalCloudError: Node.js is missing or too old, or npm failed.
    """
    folder = root / SETTINGS
    locked = fingerprint.of_files([folder / "package-lock.json"])
    stamp = folder / "node_modules" / ".installed"
    if stamp.exists() and stamp.read_text() == locked:
        return
    require_node()
    command = [shutil.which("npm") or "npm", "ci", "--no-audit", "--no-fund"]
    done = subprocess.run(
        command, cwd=folder, env=subprocess_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise LocalCloudError(f"`npm ci` failed in {SETTINGS}/:\n{done.stderr.strip()}")
    stamp.write_text(locked)


def serve(root: Path = ROOT) -> int:
    """Serve the site until it is stopped; a page that changes is built again, and the browser shows it.

    Returns: the exit status of the server.
    """
    watched = [argument for path in ("README.md", "docs", "contracts") for argument in ("--watch", str(root / path))]
    make_pages = f"{sys.executable} -m tools.site.pages {PAGES}"
    options = ["--pre-build", make_pages, *watched, "--port", str(port(os.environ, "DOCS_PORT", 8000))]
    command = [f"{PROGRAMS}/sphinx-autobuild", "-q", *options, "-d", REMEMBERED, "-c", SETTINGS, PAGES, SITE]
    return subprocess.run(command, cwd=root, env=subprocess_environment(), check=False).returncode


def _run_sphinx(root: Path, step: Step) -> None:
    options = ["--builder", "html", "--jobs", "auto", "--fail-on-warning", "-d", REMEMBERED, "--conf-dir", SETTINGS]
    command = [f"{PROGRAMS}/sphinx-build", *options, PAGES, SITE]
    with (
        TemporaryFile("w+") as complaints,
        subprocess.Popen(
            command, cwd=root, env=subprocess_environment(), stdout=subprocess.PIPE, stderr=complaints, text=True
        ) as sphinx,
    ):
        for line in sphinx.stdout or ():
            if found := PROGRESS.match(line):
                step.note(" ".join(found.groups()))
        if sphinx.wait() == 0:
            return
        complaints.seek(0)
        lines = complaints.read().replace(f"{root / PAGES}/", "").splitlines()
    # Sphinx warns of a page when it reads it, and would not read it again.
    shutil.rmtree(root / REMEMBERED, ignore_errors=True)
    warnings = "\n".join(dict.fromkeys(line for line in lines if line.strip()))
    raise LocalCloudError(f"The site has warnings, and is not to be published:\n{warnings}")


@reports_disk_errors
def main() -> int:
    """Build, and say where the site is; return the exit status."""
    console = SafeConsole(highlight=False, soft_wrap=True)
    try:
        home = build(Steps(console))
        if "--serve" in sys.argv[1:]:
            return serve()
    except LocalCloudError as error:
        console.print(f"\n{error}", style="red", markup=False)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    console.print(f"\nOpen {home.as_uri()}\nOr let a browser follow what you write: make docs-serve")
    return 0


if __name__ == "__main__":
    sys.exit(main())
