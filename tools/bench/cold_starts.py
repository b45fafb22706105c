"""What a function's start costs: importing what was built, in a fresh process, as Lambda's runtime imports it.

Processor time is measured, not the clock, so that others on the machine do not count. The floor is the least that a
function in Python pays that uses DynamoDB: importing boto3 and making a client.
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
# What Lambda's runtime brings, and nothing else of the toolchain: https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html
OF_THE_RUNTIME = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3")
# A round takes a while, in which the machine may change its mind.
FLOOR_EVERY = 4
# A route, a step of the saga, a consumer.
COLLECTED = ("OrdersApiFunction", "PaymentsSagaFunction", "ProjectEventsFunction")
LAYERS = ("DependenciesLayer", "KernelLayer")
# Stands for the name of a table or the like. No call is made.
RESOLVED = "x"
# What Lambda or the template sets, and what boto3 wants.
ENVIRONMENT = {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_LAMBDA_FUNCTION_NAME": "bench",
    "LAMBDA_TASK_ROOT": "/var/task",
    "POWERTOOLS_METRICS_NAMESPACE": "bench",
}


@dataclass(frozen=True)
class Function:
    """A built function: its name in the template, the module of its handler, its environment."""

    name: str
    module: str
    variables: dict[str, str]


@dataclass(frozen=True)
class Start:
    """What a start took, in seconds of processor time, and the modules that it loaded."""

    seconds: float
    modules: frozenset[str]


def measure(build_dir: Path, rounds: int) -> Iterator[Group]:
    """Start every function in turn, and the floor in between, `rounds` times. Yields what is known so far."""
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
    """Start a few functions with Python's own garbage collection and with the kernel's, in turn."""
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
        by_default = f"{name}, with Python's own garbage collection"
        samples += [Sample(by_default, "s", tuple(before)), Sample(name, "s", tuple(after), by_default)]
    return Group("garbage collection", tuple(samples))


def measure_sizes(build_dir: Path) -> Group:
    """Zip what is uploaded: the largest function's own code, and the layers, in kB."""
    largest = max((build_dir / function.name for function in functions_of(build_dir)), key=zipped_kilobytes)
    named = {f"{largest.name}, the largest": largest, **{layer: build_dir / layer for layer in LAYERS}}
    return Group("sizes", tuple(Sample(name, "kB", (zipped_kilobytes(artifact),)) for name, artifact in named.items()))


def measure_modules(build_dir: Path) -> Group:
    """Count the modules that each start loads."""
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
                variable: value if isinstance(value, str) else RESOLVED
                for variable, value in resource["Properties"].get("Environment", {}).get("Variables", {}).items()
            },
        )
        for name, resource in resources.items()
        if not name.startswith("Fn::ForEach") and resource["Type"] == "AWS::Serverless::Function"
    ]


@contextmanager
def runtime() -> Iterator[Path]:
    """Give a folder with the packages of Lambda's own runtime, at the toolchain's versions and with their bytecode."""
    with tempfile.TemporaryDirectory() as folder:
        for package in OF_THE_RUNTIME:
            found = importlib.util.find_spec(package)
            if found is None or found.origin is None:
                raise ModuleNotFoundError(package)
            origin = Path(found.origin)
            source = origin.parent if origin.name == "__init__.py" else origin
            (Path(folder) / source.name).symlink_to(source)
        yield Path(folder)


def start_of_floor(of_runtime: Path) -> Start:
    """Start the floor once."""
    return _start(one_start.FLOOR, [of_runtime], {})


def start_of(function: Function, build_dir: Path, of_runtime: Path, *, collection: str = one_start.AS_IT_IS) -> Start:
    """Start a built function once."""
    # Lambda's order: the function, the layers, the runtime.
    path = [build_dir / function.name, *(build_dir / layer / "python" for layer in LAYERS), of_runtime]
    return _start(function.module, path, function.variables, collection)


def _start(module: str, path: list[Path], variables: dict[str, str], collection: str = one_start.AS_IT_IS) -> Start:
    # Isolated and without site-packages: nothing of the toolchain is found by chance. No bytecode is left behind, as
    # Lambda's folders cannot be written to.
    command = [sys.executable, "-I", "-S", "-B", one_start.__file__, collection, module, *map(os.fspath, path)]
    environment = {"PATH": os.defpath, **variables, **ENVIRONMENT}
    environment.pop("AWS_ENDPOINT_URL", None)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{module} does not start:\n{done.stderr}")
    processor, _, modules = json.loads(done.stdout)
    return Start(processor, frozenset(modules))


def zipped_kilobytes(artifact: Path) -> float:
    """Return the size of the zip file that is uploaded of a built artifact, in kB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in artifact.rglob("*") if path.is_file()):
            archive.write(file, file.relative_to(artifact))
    return packed.tell() / 1000
