"""Packages stay small: a function's own code has kilobytes, the dependencies a few megabytes."""

import os
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from tools.bench.cold_starts import LAYERS, functions_of, zipped_kilobytes
from tools.local_cloud.cloud import LocalCloud

MAX_FUNCTION_KILOBYTES = 45
MAX_DEPENDENCIES_KILOBYTES = 12_000


def test_the_package_of_a_function_is_small(local_cloud: LocalCloud) -> None:
    functions = functions_of(local_cloud.build_dir)
    assert functions

    sizes = {function.name: zipped_kilobytes(local_cloud.build_dir / function.name) for function in functions}

    assert {name: size for name, size in sizes.items() if size > MAX_FUNCTION_KILOBYTES} == {}


def test_the_dependencies_layer_is_small(local_cloud: LocalCloud) -> None:
    assert zipped_kilobytes(local_cloud.build_dir / "DependenciesLayer") < MAX_DEPENDENCIES_KILOBYTES


@pytest.mark.parametrize("layer", LAYERS)
def test_every_module_of_a_layer_is_precompiled(local_cloud: LocalCloud, layer: str) -> None:
    modules = list((local_cloud.build_dir / layer).rglob("*.py"))
    assert modules

    # The emulator runs functions with the Python of this process.
    assert [module for module in modules if not Path(cache_from_source(os.fspath(module))).exists()] == []
