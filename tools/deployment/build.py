"""Build the application's artifacts, by `sam build`."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tools.deployment import sam
from tools.deployment.parameters import as_arguments, parameters
from tools.deployment.syntax import check_syntax
from tools.local_cloud import fingerprint
from tools.local_cloud.cloud import ROOT, LocalCloud

# All that the template and the build read. A test holds the template to it.
SOURCES = (
    "template.yaml",
    "samconfig.toml",
    "functions",
    "layers",
    "statemachines",
    "contracts",
    "requirements/tools.txt",
    "tools/deployment/build.py",
    "tools/deployment/parameters.py",
)
# The parameters that a package is built for. It runs with no other value of them.
BUILT_FOR = ("PythonRuntime", "Architecture")


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
    values = parameters(cloud)
    sam.run(cloud, build_arguments(cloud, values))
    complete_built_template(cloud.build_dir / "template.yaml", {name: values[name] for name in BUILT_FOR})
    _stamp(cloud).write_text(sources)
    return True


def complete_built_template(template: Path, built_for: Mapping[str, str]) -> None:
    """Replace the references to parameters that the build has settled by their values, and write the template as JSON.

    `sam local` then takes the image of the Python and the processor that the packages were built for. An override in
    samconfig.toml or on the command line does not change that. JSON is YAML too, and `sam deploy`, which reads the
    template many times, reads it a second faster.

    Args:
        template: The template that `sam build` has written.
        built_for: The settled parameters, by name.
    """
    built = yaml.load(template.read_text(), yaml.CSafeLoader)
    template.write_text(json.dumps(_with_values(built, built_for), indent=1))


def _with_values(node: Any, values: Mapping[str, str]) -> Any:
    if isinstance(node, list):
        return [_with_values(entry, values) for entry in node]
    if not isinstance(node, dict):
        return node
    if node.keys() == {"Ref"} and isinstance(node["Ref"], str) and node["Ref"] in values:
        return values[node["Ref"]]
    return {name: _with_values(value, values) for name, value in node.items()}


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
    return "-".join([files, *(parameters(cloud)[name] for name in BUILT_FOR)])


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
