"""What is uploaded stays small: a function's own code in kilobytes, the dependencies in a few megabytes."""

import pytest

from bench.cold_starts import functions_of, zipped_kilobytes
from local.cloud import LocalCloud

MOST_KILOBYTES_OF_A_FUNCTIONS_SOURCES = 30
# Two thirds of it are bytecode.
MOST_KILOBYTES_OF_A_FUNCTION = 100
MOST_KILOBYTES_OF_DEPENDENCIES = 12_000


@pytest.mark.parametrize(
    ("files", "most"), [("*.py", MOST_KILOBYTES_OF_A_FUNCTIONS_SOURCES), ("*", MOST_KILOBYTES_OF_A_FUNCTION)]
)
def test_a_functions_own_code_is_small(local_cloud: LocalCloud, files: str, most: int) -> None:
    functions = functions_of(local_cloud.build_dir)
    assert functions

    sizes = {function.name: zipped_kilobytes(local_cloud.build_dir / function.name, files) for function in functions}

    assert {name: size for name, size in sizes.items() if size > most} == {}


def test_the_layer_of_dependencies_is_small(local_cloud: LocalCloud) -> None:
    assert zipped_kilobytes(local_cloud.build_dir / "DependenciesLayer") < MOST_KILOBYTES_OF_DEPENDENCIES
