"""Where the emulator unpacks functions."""

import pytest

from tools.local_cloud import scratch


@pytest.fixture(autouse=True)
def memory(tmp_path, monkeypatch):
    """A folder in the place of the one that lies in memory."""
    folder = tmp_path / "memory"
    folder.mkdir()
    monkeypatch.setattr(scratch, "MEMORY", folder)
    return folder


def test_functions_are_unpacked_in_memory_where_much_of_it_is_free(tmp_path, memory, monkeypatch):
    monkeypatch.setattr(scratch, "ENOUGH", 0)

    assert scratch.make(tmp_path / "state").parent == memory


def test_functions_are_unpacked_on_disk_where_memory_is_scarce(tmp_path, monkeypatch):
    monkeypatch.setattr(scratch, "ENOUGH", 2**60)

    assert scratch.make(tmp_path / "state").parent == tmp_path / "state"


def test_nothing_is_left_behind_even_if_the_place_would_be_another_now(tmp_path, memory, monkeypatch):
    monkeypatch.setattr(scratch, "ENOUGH", 0)
    folder = scratch.make(tmp_path / "state")
    (folder / "unpacked").mkdir()

    monkeypatch.setattr(scratch, "ENOUGH", 2**60)
    scratch.remove(tmp_path / "state")

    assert list(memory.iterdir()) == []
