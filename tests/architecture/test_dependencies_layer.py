"""The dependencies layer: its locked packages, the parts that it leaves out, and its target platform."""

import ast
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import pytest

from tests.architecture.stack_template import ROOT
from tools.bench.cold_starts import runtime

LAYER = ROOT / "layers" / "dependencies"
KERNEL = ROOT / "layers" / "kernel"
SERVICES = sorted({source.parent for source in (ROOT / "functions").glob("*/*.py")})
THE_RUNTIMES = {"boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"}

# Imports of excluded parts inside functions that no service calls. Two of them need packages that the layer lacks.
NEVER_RUN = {
    ("aws_lambda_powertools/event_handler/api_gateway.py", "aws_lambda_powertools.event_handler.openapi.swagger_ui"),
    (
        "aws_lambda_powertools/event_handler/middlewares/schema_validation.py",
        "aws_lambda_powertools.utilities.validation",
    ),
    ("aws_lambda_powertools/tracing/extensions.py", "aws_xray_sdk.ext.aiohttp"),
    ("pydantic/_internal/_generate_schema.py", "pydantic.v1"),
}
# A process with the modules that Lambda offers, and none of the toolchain. Arguments: modules, then path entries.
IMPORT_MODULES = """
import importlib, sys
sys.path[:0] = sys.argv[2:]
for module in sys.argv[1].split():
    try:
        importlib.import_module(module)
    except ImportError as error:
        sys.exit(f"{module} does not start on Lambda: {error}. If layers/dependencies/exclude.txt names that part of "
                 "a package, delete its line, so that the layer contains it.")
"""

pip_options: Callable[[Path], list[str]] = runpy.run_path(str(LAYER / "target.py"))["pip_options"]


def locked(lock: Path) -> dict[str, str]:
    """The versions in a lock, by package."""
    return dict(re.findall(r"^([a-z0-9][\w.-]*)==([^\s\\;]+)", lock.read_text(), re.MULTILINE))


def excluded() -> list[str]:
    """Return the paths of exclude.txt, relative to the layer's packages."""
    lines = (LAYER / "exclude.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the layer's packages as its Makefile leaves them.

    They are copied from the toolchain, which has the same versions, so the test needs no package index.
    """
    site = tmp_path_factory.mktemp("layer") / "python"
    for package in locked(LAYER / "requirements.txt"):
        for file in metadata.files(package) or []:
            if file.suffix != ".pyc" and ".." not in file.parts:
                (site / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file.locate(), site / file)
    exclude_unused(site)
    return site


def exclude_unused(site: Path) -> None:
    command = ["make", "--silent", f"--directory={LAYER}", "exclude-unused", f"ARTIFACTS_DIR={site.parent}"]
    subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603


def import_on_lambda(modules: list[str], packages: Path, *folders: Path) -> str:
    """Import the modules one by one, like Lambda would. Return the error message, or an empty string."""
    with runtime() as of_runtime:
        path = [str(folder) for folder in (*folders, packages, KERNEL, of_runtime)]
        command = [sys.executable, "-I", "-S", "-B", "-c", IMPORT_MODULES, " ".join(modules), *path]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stderr


def imports_of(source: Path, package: list[str]) -> Iterator[str]:
    """Yield the names that a module of `package` imports anywhere in it, except for the type checker."""
    nodes: list[ast.AST] = [ast.parse(source.read_text())]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            nodes.extend(node.orelse)
            continue
        nodes.extend(ast.iter_child_nodes(node))
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*parents, *([node.module] if node.module else [])])
            yield from (f"{origin}.{name.name}" for name in node.names)


def imports_of_excluded_parts(folder: Path) -> set[tuple[str, str]]:
    """Return which modules under `folder` import an excluded part: the module's path, and the part."""
    parts = [path.removesuffix(".py").replace("/", ".") for path in excluded()]
    return {
        (str(source.relative_to(folder)), part)
        for source in folder.rglob("*.py")
        for name in imports_of(source, list(source.relative_to(folder).parent.parts))
        for part in parts
        if f"{name}.".startswith(f"{part}.")
    }


def test_packages_of_the_runtime_are_not_in_the_lock() -> None:
    assert not locked(LAYER / "requirements.txt").keys() & THE_RUNTIMES


def test_functions_run_on_the_versions_that_they_are_tested_with() -> None:
    toolchain = locked(ROOT / "requirements" / "tools.txt")

    for package, version in locked(LAYER / "requirements.txt").items():
        assert toolchain[package] == version


def test_the_lock_contains_all_requirements() -> None:
    asked_for = {line for line in (LAYER / "requirements.in").read_text().splitlines() if not line.startswith("#")}

    assert asked_for <= locked(LAYER / "requirements.txt").keys()


def test_every_package_of_the_lock_has_hashes() -> None:
    makefile = (LAYER / "Makefile").read_text()

    assert "--require-hashes" in makefile
    assert "--no-deps" in makefile


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_service_imports_with_nothing_but_the_layers_and_the_runtime(service: Path, packages: Path) -> None:
    modules = [source.stem for source in sorted(service.glob("*.py"))]

    assert import_on_lambda(modules, packages, service) == ""


def test_the_kernel_imports_with_nothing_but_the_layers_and_the_runtime(packages: Path) -> None:
    modules = [f"kernel.{source.stem}" for source in sorted(KERNEL.glob("kernel/*.py"))]

    assert import_on_lambda(modules, packages) == ""


@pytest.mark.parametrize(
    "line",
    [
        "import aws_lambda_powertools.utilities.streaming",
        "from aws_lambda_powertools.utilities import streaming",
        "from aws_xray_sdk.ext.httpx import patch",
    ],
)
def test_an_import_of_an_excluded_part_names_the_file_to_change(line: str, packages: Path, tmp_path: Path) -> None:
    (tmp_path / "new_handler.py").write_text(line)

    message = import_on_lambda(["new_handler"], packages, tmp_path)

    assert message.startswith("new_handler does not start on Lambda: ")
    assert "layers/dependencies/exclude.txt" in message


@pytest.mark.parametrize("folder", [ROOT / "functions", KERNEL], ids=lambda folder: folder.name)
def test_no_function_imports_an_excluded_part_at_runtime(folder: Path) -> None:
    """Also checks imports inside function bodies, which fail only when called."""
    assert imports_of_excluded_parts(folder) == set()


def test_no_package_of_the_layer_needs_an_excluded_part(packages: Path) -> None:
    assert imports_of_excluded_parts(packages) == NEVER_RUN


def test_the_layer_contains_no_excluded_part(packages: Path) -> None:
    assert [path for path in excluded() if (packages / path).exists()] == []


def test_a_line_of_exclude_txt_without_a_matching_path_fails_the_build(tmp_path: Path) -> None:
    """An upgrade can rename the part, for example."""
    (tmp_path / "python").mkdir()

    with pytest.raises(subprocess.CalledProcessError) as stopped:
        exclude_unused(tmp_path / "python")

    assert "aws_lambda_powertools/utilities/streaming" in stopped.value.stderr


def test_scanners_find_every_package_of_the_layer(packages: Path) -> None:
    found = {
        (each.metadata["Name"].lower().replace("_", "-"), each.version)
        for each in metadata.distributions(path=[str(packages)])
    }

    assert found == set(locked(LAYER / "requirements.txt").items())


def test_the_layer_is_built_for_the_runtime_and_architecture_of_sam(tmp_path: Path) -> None:
    (tmp_path / "build.toml").write_text(
        "[layer_build_definitions.1]\n"
        'layer_name = "KernelLayer"\ncompatible_runtimes = ["python3.12"]\narchitecture = "x86_64"\n\n'
        "[layer_build_definitions.2]\n"
        'layer_name = "DependenciesLayer"\ncompatible_runtimes = ["python3.13"]\narchitecture = "arm64"\n'
    )

    options = pip_options(tmp_path / "build" / "DependenciesLayer")

    assert options[-4:] == ["--python-version", "3.13", "--platform", "manylinux2014_aarch64"]


def test_without_a_target_the_build_fails(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="whole template"):
        pip_options(tmp_path / "build" / "DependenciesLayer")


def test_in_a_build_container_the_target_is_the_container() -> None:
    assert pip_options(Path("/tmp/samcli/artifacts")) == []  # noqa: S108 (where SAM mounts it)
