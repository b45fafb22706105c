"""The start of the emulator."""

import pytest

from tools.local_cloud.emulator import concurrent_functions

GIGABYTE = 2**30


@pytest.mark.parametrize(("memory", "functions"), [(2, 16), (8, 54), (16, 109), (24, 163)])
def test_functions_may_use_half_of_the_free_memory(memory: int, functions: int) -> None:
    assert concurrent_functions(memory * GIGABYTE) == functions
