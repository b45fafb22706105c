"""Build the application's artifacts: `sam build`, then bytecode."""

import sys
from collections.abc import Mapping

from local import fingerprint, sam
from local.bytecode import compile_artifacts
from local.cloud import LocalCloud
from local.parameters import as_arguments, parameters

# All that the template and the build read. A test holds the template to it.
SOURCES = (
    "template.yaml",
    "samconfig.toml",
    "functions",
    "layers",
    "statemachines",
    "contracts",
    "requirements/tools.txt",
    "local/bytecode.py",
    "local/build.py",
    "local/parameters.py",
)


def sources_fingerprint(cloud: LocalCloud) -> str:
    """Equal as long as a build would give the same artifacts."""
    files = fingerprint.of_files(cloud.root / source for source in SOURCES)
    return f"{files}-{sys.version_info.major}.{sys.version_info.minor}"


def build(cloud: LocalCloud) -> bool:
    """Build what has changed since the last build into `cloud.build_dir`.

    Returns: whether there was something to do.

    Raises:
        LocalCloudError: `sam build` failed.
    """
    sources = sources_fingerprint(cloud)
    stamp = cloud.build_dir.parent / "built"
    if (cloud.build_dir / "template.yaml").exists() and stamp.exists() and stamp.read_text() == sources:
        return False
    stamp.unlink(missing_ok=True)
    sam.run(cloud, build_arguments(cloud, parameters(cloud)))
    compile_artifacts(cloud.build_dir)
    stamp.write_text(sources)
    return True


def build_arguments(cloud: LocalCloud, values: Mapping[str, str]) -> list[str]:
    """The command line of `sam build`, with a cache next to the build directory."""
    return [
        "build",
        "--config-env=local",
        "--cached",
        "--parallel",
        f"--build-dir={cloud.build_dir}",
        f"--cache-dir={cloud.build_dir.parent / 'cache'}",
        "--parameter-overrides",
        *as_arguments(values),
    ]
