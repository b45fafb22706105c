"""Import rules: services do not import each other, the domain imports no AWS SDK, entry points stay light."""

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

FUNCTIONS = Path("functions")
KERNEL = Path("layers/kernel/kernel")
SERVICES = sorted({source.parent for source in FUNCTIONS.glob("*/*.py")})
MODULES = sorted([*FUNCTIONS.glob("*/*.py"), *KERNEL.glob("*.py")])
# Modules whose docstring says that they know no AWS.
DOMAIN = [
    source.stem
    for source in sorted(FUNCTIONS.glob("*/*.py"))
    if re.search(r"knows no AWS|\bpure\b", ast.get_docstring(ast.parse(source.read_text())) or "", re.IGNORECASE)
]
AWS = ["boto3", "botocore", "aws_lambda_powertools", "aws_xray_sdk", "kernel.dynamodb", "kernel.observability"]
NAMES_THAT_SAY_NOTHING = {"app", "common", "helpers", "main", "manager", "shared", "util", "utils"}

# Packages that cost time at every cold start and that this application does not need. (Powertools' parser is not used
# either, but its batch processor loads it.)
UNUSED_PARTS_OF_POWERTOOLS = [
    "aws_lambda_powertools.event_handler.openapi.swagger_ui",
    "aws_lambda_powertools.utilities.idempotency",
    "aws_lambda_powertools.utilities.parameters",
    "aws_lambda_powertools.utilities.feature_flags",
    "aws_lambda_powertools.utilities.validation",
    "aws_lambda_powertools.utilities.data_masking",
    "aws_lambda_powertools.utilities.kafka",
    "boto3.dynamodb.conditions",
]
# What a service needs nevertheless: each e-mail once, and the cached secret of the webhooks.
READS_SECRETS = {"aws_lambda_powertools.utilities.parameters", "boto3.dynamodb.conditions"}
USED_BY = {
    "notifications": {"aws_lambda_powertools.utilities.idempotency"},
    "webhooks": READS_SECRETS,
    "sandbox": READS_SECRETS,
}


def modules_of(service: Path) -> set[str]:
    return {module.stem for module in service.glob("*.py")}


def imported_by(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source} imports relatively"
            yield str(node.module)


def loaded_with(modules: str, *folders: Path) -> set[str]:
    """Return the modules that a new interpreter has loaded after importing `modules`."""
    path = [str(KERNEL.parent.resolve()), *(str(folder.resolve()) for folder in folders)]
    program = f"import sys; sys.path[:0] = {path}; import {modules}; print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603
    return set(answer.stdout.split())


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_services_never_import_each_other(service: Path) -> None:
    of_others = set().union(*(modules_of(other) for other in SERVICES if other != service))

    for source in service.glob("*.py"):
        assert {name.partition(".")[0] for name in imported_by(source)} & of_others == set(), source


def test_the_kernel_imports_no_service() -> None:
    of_services = set().union(*map(modules_of, SERVICES))

    for source in KERNEL.glob("*.py"):
        assert {name.partition(".")[0] for name in imported_by(source)} & of_services == set(), source


def test_modules_that_define_events_belong_to_the_domain() -> None:
    of_events = {
        source.stem
        for source in FUNCTIONS.glob("*/*.py")
        if re.search(r"^class \w+\((EventData|OrderEvent|ReturnEvent)\)", source.read_text(), re.MULTILINE)
    }

    assert {"order_events", "stock", "payment", "shipment", "return_events"} <= of_events <= set(DOMAIN)


@pytest.mark.parametrize("module", DOMAIN)
def test_the_domain_does_not_import_aws_even_indirectly(module: str) -> None:
    (source,) = FUNCTIONS.glob(f"*/{module}.py")

    loaded = loaded_with(module, source.parent)

    assert module in loaded
    assert [name for name in AWS if name in loaded] == []


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_entry_points_load_no_unused_part_of_powertools(service: Path) -> None:
    entry_points = [source.stem for source in service.glob("*.py") if "handler" in names_defined_in(source)]
    assert entry_points

    loaded = loaded_with(", ".join(entry_points), service)

    assert {name for name in UNUSED_PARTS_OF_POWERTOOLS if name in loaded} == USED_BY.get(service.name, set())


def names_defined_in(source: Path) -> set[str]:
    names = set()
    for node in ast.parse(source.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def test_module_names_are_unique_over_all_services_and_the_kernel() -> None:
    counted = Counter(module.stem for module in MODULES if module.stem != "__init__")

    assert [name for name, count in counted.items() if count > 1] == []


def test_no_module_shadows_the_standard_library() -> None:
    assert {module.stem for folder in SERVICES for module in folder.glob("*.py")} & sys.stdlib_module_names == set()


def test_no_module_has_a_meaningless_name() -> None:
    sources = [*MODULES, *Path("tools").rglob("*.py"), *Path("tests").rglob("*.py")]

    assert [source for source in sources if source.stem in NAMES_THAT_SAY_NOTHING] == []


def test_every_module_has_a_docstring() -> None:
    assert [source for source in MODULES if not ast.get_docstring(ast.parse(source.read_text()))] == []
