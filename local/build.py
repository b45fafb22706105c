"""Build the application's artifacts, by `sam build`."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import yaml

from local import fingerprint, sam
from local.cloud import ROOT, LocalCloud
from local.parameters import as_arguments, parameters
from local.syntax import check_syntax

# All that the template and the build read. A test holds the template to it.
SOURCES = (
    "template.yaml",
    "samconfig.toml",
    "functions",
    "layers",
    "statemachines",
    "contracts",
    "requirements/tools.txt",
    "local/build.py",
    "local/parameters.py",
)


def build(cloud: LocalCloud) -> bool:
    """Build what has changed since the last build into `cloud.build_dir`.

    Returns: whether there was something to do.

    Raises:
        LocalCloudError: `sam build` failed, or a file is no Python.
    """
    # Taken before the build: what changes meanwhile is built the next time.
    sources = _sources_fingerprint(cloud)
    if fingerprint_of_last_build(cloud) == sources:
        return False
    check_syntax(cloud.root)
    _stamp(cloud).unlink(missing_ok=True)
    sam.run(cloud, build_arguments(cloud, parameters(cloud)))
    make_quicker_to_read(cloud.build_dir / "template.yaml")
    _stamp(cloud).write_text(sources)
    return True


def make_quicker_to_read(template: Path) -> None:
    """Write it as JSON, which is YAML, too: `sam deploy` reads it many times, and YAML takes it a second longer."""
    template.write_text(json.dumps(yaml.load(template.read_text(), yaml.CSafeLoader), indent=1))


def copy_sources(to: Path) -> Path:
    """Copy what is built and deployed into the folder `to`, to be changed there and then deployed; return it."""
    for name in SOURCES:
        source, copy = ROOT / name, to / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy)
        else:
            shutil.copy(source, copy)
    return to


def is_current(cloud: LocalCloud) -> bool:
    """Whether a build would have nothing to do."""
    return fingerprint_of_last_build(cloud) == _sources_fingerprint(cloud)


def fingerprint_of_last_build(cloud: LocalCloud) -> str | None:
    """The fingerprint of the sources that are built; None when there is no whole build."""
    if not (cloud.build_dir / "template.yaml").exists() or not _stamp(cloud).exists():
        return None
    return _stamp(cloud).read_text()


def _sources_fingerprint(cloud: LocalCloud) -> str:
    files = fingerprint.of_files(cloud.root / source for source in SOURCES)
    # The architecture and the Python: what the build reads beside the files.
    return "-".join([files, *(parameters(cloud)[name] for name in ("PythonRuntime", "Architecture"))])


def _stamp(cloud: LocalCloud) -> Path:
    # In the build directory: a `sam build` by hand, maybe for another Python, takes it away.
    return cloud.build_dir / ".built"


def build_arguments(cloud: LocalCloud, values: Mapping[str, str]) -> list[str]:
    """The command line of `sam build`, with a cache next to the build directory."""
    return [
        "build",
        f"--config-file={cloud.root / 'samconfig.toml'}",
        "--config-env=local",
        "--cached",
        "--parallel",
        f"--build-dir={cloud.build_dir}",
        f"--cache-dir={cloud.build_dir.parent / 'cache'}",
        "--parameter-overrides",
        *as_arguments(values),
    ]
