"""Build the application with `sam build`, if the sources have changed."""

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

# Everything that the template and the build read. A test checks the paths in the template against it.
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
# Template parameters that a package is built for. It does not run with another value.
BUILT_FOR = ("PythonRuntime", "Architecture")


def build(cloud: LocalCloud) -> bool:
    """Build into `cloud.build_dir`, if the sources have changed since the last build.

    Returns:
        Whether there was something to build.

    Raises:
        LocalCloudError: `sam build` failed, or a file has a syntax error.
    """
    # Computed before the build, because a source that changes during the build must be built the next time.
    sources = _sources_fingerprint(cloud)
    if last_build_fingerprint(cloud) == sources:
        return False
    check_syntax(cloud.root)
    _stamp(cloud).unlink(missing_ok=True)
    values = parameters(cloud)
    sam.run(cloud, build_arguments(cloud, values))
    insert_build_parameters(cloud.build_dir / "template.yaml", {name: values[name] for name in BUILT_FOR})
    _stamp(cloud).write_text(sources)
    return True


def insert_build_parameters(template: Path, built_for: Mapping[str, str]) -> None:
    """Replace the references to build parameters by their values, and write the template as JSON.

    With the values, `sam local` uses the image for the Python and the processor that the packages were built for, even
    if samconfig.toml or the command line overrides the parameters. The format is JSON, which is valid YAML, because
    `sam deploy` reads the template many times and reads JSON one second faster.

    Args:
        template: The template that `sam build` has written.
        built_for: The values of the build parameters, by name.
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
    """Copy the sources into the folder `to`, where a test can change and deploy them. Return the folder."""
    for name in SOURCES:
        source, copy = ROOT / name, to / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy)
        else:
            shutil.copy(source, copy)
    return to


def is_current(cloud: LocalCloud) -> bool:
    """Return whether the build is up to date."""
    return last_build_fingerprint(cloud) == _sources_fingerprint(cloud)


def last_build_fingerprint(cloud: LocalCloud) -> str | None:
    """Return the fingerprint of the sources of the last build. None if there is no complete build."""
    if not (cloud.build_dir / "template.yaml").exists() or not _stamp(cloud).exists():
        return None
    return _stamp(cloud).read_text()


def _sources_fingerprint(cloud: LocalCloud) -> str:
    files = fingerprint.of_files(cloud.root / source for source in SOURCES)
    # The build also depends on the Python version and the architecture.
    return "-".join([files, *(parameters(cloud)[name] for name in BUILT_FOR)])


def _stamp(cloud: LocalCloud) -> Path:
    # In the build directory, because a manual `sam build`, perhaps for another Python, must delete it.
    return cloud.build_dir / ".built"


def build_arguments(cloud: LocalCloud, values: Mapping[str, str]) -> list[str]:
    """Return the arguments of `sam build`. The cache is next to the build directory."""
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
