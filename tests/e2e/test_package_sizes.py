"""Packages stay small: a function's own code has kilobytes, the dependencies a few megabytes."""

import os
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from tools.bench.cold_starts import LAYERS, functions_of, zipped_kilobytes
from tools.local_cloud.cloud import LocalCloud

MOST_KILOBYTES_OF_A_FUNCTION = 40
MOST_KILOBYTES_OF_DEPENDENCIES = 12_000


def test_a_functions_own_code_is_small(local_cloud: LocalCloud) -> None:
    functions = functions_of(local_cloud.build_dir)
    assert functions

    sizes = {function.name: zipped_kilobytes(local_cloud.build_dir / function.name) for function in functions}

    assert {name: size for name, size in sizes.items() if size > MOST_KILOBYTES_OF_A_FUNCTION} == {}


def test_the_layer_of_dependencies_is_small(local_cloud: LocalCloud) -> None:
    assert zipped_kilobytes(local_cloud.build_dir / "DependenciesLayer") < MOST_KILOBYTES_OF_DEPENDENCIES


@pytest.mark.parametrize("layer", LAYERS)
def test_no_module_of_a_layer_is_compiled_at_a_start(local_cloud: LocalCloud, layer: str) -> None:
    modules = list((local_cloud.build_dir / layer).rglob("*.py"))
    assert modules

    # The emulator runs functions with the Python of this process.
    assert [module for module in modules if not Path(cache_from_source(os.fspath(module))).exists()] == []
