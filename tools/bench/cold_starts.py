"""Measure cold starts: import the built functions in a fresh process, as Lambda's runtime does.

The unit is processor time, because elapsed time depends on other processes of the machine. The floor is importing
boto3 and creating a DynamoDB client, which every Python function that uses DynamoDB has to do.
"""

import importlib.util
import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from samcli.yamlhelper import yaml_parse

from tools.bench import one_start
from tools.bench.sample import Group, Sample

FLOOR = "floor: import boto3 and make a DynamoDB client"
# The packages that Lambda's runtime contains: https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html
RUNTIME_PACKAGES = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3")
# Measure the floor before every fourth function, because the machine's speed varies during a round.
FLOOR_EVERY = 4
# One API function, one saga function and one consumer.
COLLECTED = ("OrdersApiFunction", "PaymentsSagaFunction", "ProjectEventsFunction")
LAYERS = ("DependenciesLayer", "KernelLayer")
# Replaces intrinsic functions in environment variables. The imports make no AWS call.
PLACEHOLDER = "x"
# Variables that Lambda or the template sets, and that boto3 requires.
ENVIRONMENT = {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_LAMBDA_FUNCTION_NAME": "bench",
    "LAMBDA_TASK_ROOT": "/var/task",
    "POWERTOOLS_METRICS_NAMESPACE": "bench",
    "PYDANTIC_DISABLE_PLUGINS": "__all__",
}


@dataclass(frozen=True)
class Function:
    """A built function.

    Attributes:
        name: Its logical id in the template.
        module: The module of its handler.
        variables: Its environment variables.
    """

    name: str
    module: str
    variables: dict[str, str]


@dataclass(frozen=True)
class Start:
    """One cold start: its processor time in seconds, and the modules that it loaded."""

    seconds: float
    modules: frozenset[str]


def measure(build_dir: Path, rounds: int) -> Iterator[Group]:
    """Start every function `rounds` times, with the floor in between. Yields the results after each round."""
    functions = functions_of(build_dir)
    seconds: dict[str, list[float]] = {FLOOR: [], **{function.name: [] for function in functions}}
    with runtime() as of_runtime:
        for _ in range(rounds):
            for number, function in enumerate(functions):
                if number % FLOOR_EVERY == 0:
                    seconds[FLOOR].append(start_of_floor(of_runtime).seconds)
                seconds[function.name].append(start_of(function, build_dir, of_runtime).seconds)
            yield Group(
                "cold starts",
                tuple(
                    Sample(name, "s", tuple(values), None if name == FLOOR else FLOOR)
                    for name, values in seconds.items()
                ),
            )


def measure_collection(build_dir: Path, rounds: int) -> Group:
    """Start a few functions with Python's default garbage collection and with the kernel's threshold."""
    functions = [function for function in functions_of(build_dir) if function.name in COLLECTED]
    starts: list[tuple[str, list[float], list[float]]] = [(function.name, [], []) for function in functions]
    with runtime() as of_runtime:
        for _ in range(rounds):
            for function, (_name, before, after) in zip(functions, starts, strict=True):
                start = start_of(function, build_dir, of_runtime, collection=one_start.BY_DEFAULT)
                before.append(start.seconds)
                after.append(start_of(function, build_dir, of_runtime).seconds)
    samples = []
    for name, before, after in starts:
        by_default = f"{name}, with Python's default garbage collection"
        samples += [Sample(by_default, "s", tuple(before)), Sample(name, "s", tuple(after), by_default)]
    return Group("garbage collection", tuple(samples))


def measure_sizes(build_dir: Path) -> Group:
    """Measure the zipped size of the largest function and of the layers, in kB."""
    largest = max((build_dir / function.name for function in functions_of(build_dir)), key=zipped_kilobytes)
    artifacts = {f"{largest.name}, the largest": largest, **{layer: build_dir / layer for layer in LAYERS}}
    return Group(
        "sizes", tuple(Sample(name, "kB", (zipped_kilobytes(artifact),)) for name, artifact in artifacts.items())
    )


def measure_modules(build_dir: Path) -> Group:
    """Count the modules that each function loads when it starts."""
    with runtime() as of_runtime:
        floor = Sample(FLOOR, "modules", (len(start_of_floor(of_runtime).modules),))
        samples = [
            Sample(function.name, "modules", (len(start_of(function, build_dir, of_runtime).modules),), FLOOR)
            for function in functions_of(build_dir)
        ]
    return Group("modules", (floor, *samples))


def functions_of(build_dir: Path) -> list[Function]:
    """Return the functions of the built template."""
    resources = yaml_parse((build_dir / "template.yaml").read_text())["Resources"]
    return [
        Function(
            name,
            resource["Properties"]["Handler"].partition(".")[0],
            {
                variable: value if isinstance(value, str) else PLACEHOLDER
                for variable, value in resource["Properties"].get("Environment", {}).get("Variables", {}).items()
            },
        )
        for name, resource in resources.items()
        if not name.startswith("Fn::ForEach") and resource["Type"] == "AWS::Serverless::Function"
    ]


@contextmanager
def runtime() -> Iterator[Path]:
    """Provide a folder with the packages of Lambda's runtime, in the toolchain's versions, with bytecode."""
    with tempfile.TemporaryDirectory() as folder:
        for package in RUNTIME_PACKAGES:
            spec = importlib.util.find_spec(package)
            if spec is None or spec.origin is None:
                raise ModuleNotFoundError(package)
            origin = Path(spec.origin)
            source = origin.parent if origin.name == "__init__.py" else origin
            (Path(folder) / source.name).symlink_to(source)
        yield Path(folder)


def start_of_floor(of_runtime: Path) -> Start:
    """Start the floor once."""
    return _start(one_start.FLOOR, [of_runtime], {})


def start_of(function: Function, build_dir: Path, of_runtime: Path, *, collection: str = one_start.UNCHANGED) -> Start:
    """Start a built function once."""
    # Lambda searches the function first, then the layers, then the runtime.
    path = [build_dir / function.name, *(build_dir / layer / "python" for layer in LAYERS), of_runtime]
    return _start(function.module, path, function.variables, collection)


def _start(module: str, path: list[Path], variables: dict[str, str], collection: str = one_start.UNCHANGED) -> Start:
    # -I and -S hide the toolchain's packages. -B writes no bytecode, because Lambda's folders are read-only.
    command = [sys.executable, "-I", "-S", "-B", one_start.__file__, collection, module, *map(os.fspath, path)]
    environment = {"PATH": os.defpath, **variables, **ENVIRONMENT}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{module} does not start:\n{done.stderr}")
    processor, modules = json.loads(done.stdout)
    return Start(processor, frozenset(modules))


def zipped_kilobytes(artifact: Path) -> float:
    """Return the size of a built artifact as a zip file, in kB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in artifact.rglob("*") if path.is_file()):
            archive.write(file, file.relative_to(artifact))
    return packed.tell() / 1000
