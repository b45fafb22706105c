"""Build the documentation site with Sphinx: `make docs`, which runs `python -m tools.site.build`.

`make docs-serve` adds `--serve`, which also serves the site and rebuilds it after each change.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile

from tools.deployment.build_web import install
from tools.local_cloud.cloud import ROOT, LocalCloudError, port
from tools.local_cloud.environment import subprocess_environment
from tools.site.pages import write_pages
from tools.terminal.console import SafeConsole, reports_errors
from tools.terminal.progress import Step, Steps

SETTINGS = "tools/site"
PAGES = ".local/docs/pages"
SITE = ".local/docs/site"
CACHE = ".local/docs/doctrees"
PROGRAMS = ".venv-docs/bin"
PROGRESS = re.compile(r"(reading|writing) \w+\.\.\. .*?\[ *(\d+%)\]")
INTERRUPTED = 130


def build(steps: Steps, root: Path = ROOT) -> Path:
    """Build the site. Warnings and broken internal links are errors.

    Returns:
        The path of the site's home page.

    Raises:
        LocalCloudError: npm or Sphinx failed. The message contains every warning.
    """
    with steps.step("Installing Mermaid, which draws the diagrams", "Installed Mermaid"):
        install(root / SETTINGS)
    with steps.step("Writing the pages", "Wrote the pages") as step:
        pages = write_pages(root / PAGES, root)
        step.done = f"Wrote {len(pages)} pages: the documents, and the files that they link to"
    with steps.step("Building the site", "Built the site without warnings") as step:
        # Sphinx would keep deleted pages, and unchanged pages with the old navigation.
        shutil.rmtree(root / SITE, ignore_errors=True)
        _run_sphinx(root, step)
    return root / SITE / "index.html"


def serve(root: Path = ROOT) -> int:
    """Serve the site until Ctrl-C. After each change, the page is rebuilt and the browser reloads it.

    Returns:
        The exit status of the server.
    """
    watched = [argument for path in ("README.md", "docs", "contracts") for argument in ("--watch", str(root / path))]
    make_pages = shlex.join([sys.executable, "-m", "tools.site.pages", PAGES])
    options = ["--pre-build", make_pages, *watched, "--port", str(port(os.environ, "DOCS_PORT", 8000))]
    command = [f"{PROGRAMS}/sphinx-autobuild", "-q", *options, "-d", CACHE, "-c", SETTINGS, PAGES, SITE]
    return subprocess.run(command, cwd=root, env=subprocess_environment(), check=False).returncode


def _run_sphinx(root: Path, step: Step) -> None:
    options = ["--builder", "html", "--jobs", "auto", "--fail-on-warning", "-d", CACHE, "--conf-dir", SETTINGS]
    command = [f"{PROGRAMS}/sphinx-build", *options, PAGES, SITE]
    with (
        TemporaryFile("w+") as errors,
        subprocess.Popen(
            command, cwd=root, env=subprocess_environment(), stdout=subprocess.PIPE, stderr=errors, text=True
        ) as sphinx,
    ):
        for line in sphinx.stdout or ():
            if match := PROGRESS.match(line):
                step.note(" ".join(match.groups()))
        if sphinx.wait() == 0:
            return
        errors.seek(0)
        lines = errors.read().replace(f"{root / PAGES}/", "").splitlines()
    # Sphinx warns about a page only when it reads the page. Without its cache, it reads all pages next time.
    shutil.rmtree(root / CACHE, ignore_errors=True)
    warnings = "\n".join(dict.fromkeys(line for line in lines if line.strip()))
    raise LocalCloudError(f"Sphinx reported warnings. Fix them and run make docs again:\n{warnings}")


@reports_errors
def main() -> int:
    """Build the site, print its address, and return the exit status."""
    console = SafeConsole(highlight=False, soft_wrap=True)
    try:
        home = build(Steps(console))
        if "--serve" in sys.argv[1:]:
            return serve()
    except KeyboardInterrupt:
        return INTERRUPTED
    console.print(f"\nOpen {home.as_uri()}\nTo rebuild the site after each change, run make docs-serve")
    return 0


if __name__ == "__main__":
    sys.exit(main())
