"""Print the pip options for the Python version and the processor architecture of this layer.

SAM passes neither to a Makefile, but writes the resolved template parameters to `build.toml` beside the build directory
before it builds. A build container has no such file and needs none, because the container itself is the target.
"""

import re
import sys
from pathlib import Path

LAYER = "DependenciesLayer"
MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
BUILD_CONTAINER = Path("/tmp/samcli")  # noqa: S108 (where SAM mounts the artifacts in its build images)


def pip_options(artifacts_dir: Path) -> list[str]:
    """Return the options that make pip install for the target instead of for this machine.

    Raises:
        LookupError: `build.toml` does not contain the target of this layer.
    """
    if BUILD_CONTAINER in artifacts_dir.parents:
        return []
    runtime, architecture = _resolved_parameters(artifacts_dir.parent.parent / "build.toml")
    version = runtime.removeprefix("python")
    platform = f"manylinux2014_{MACHINES[architecture]}"
    return ["--implementation", "cp", "--python-version", version, "--platform", platform]


def _resolved_parameters(build_graph: Path) -> tuple[str, str]:
    # No TOML parser: the python3 on the PATH may be older than tomllib.
    tables = build_graph.read_text().split("\n[") if build_graph.exists() else []
    for table in tables:
        if f'layer_name = "{LAYER}"' in table:
            runtime = re.search(r'^compatible_runtimes = \["(python3\.\d+)"', table, re.MULTILINE)
            architecture = re.search(r'^architecture = "(\w+)"', table, re.MULTILINE)
            if runtime and architecture:
                return runtime[1], architecture[1]
    raise LookupError(f"{build_graph} does not say what {LAYER} is built for: run `sam build` for the whole template")


if __name__ == "__main__":
    try:
        sys.stdout.write(" ".join(pip_options(Path(sys.argv[1]).resolve())))
    except LookupError as unknown:
        sys.exit(str(unknown))
