"""Where the emulator unpacks functions: in memory or on the disk."""

import pytest

from tools.local_cloud import temporary_directory


@pytest.fixture(autouse=True)
def memory(tmp_path, monkeypatch):
    """Replace the directory in memory by a temporary one."""
    folder = tmp_path / "memory"
    folder.mkdir()
    monkeypatch.setattr(temporary_directory, "MEMORY_DIRECTORY", folder)
    return folder


def test_functions_are_unpacked_in_memory_if_enough_is_free(tmp_path, memory, monkeypatch):
    monkeypatch.setattr(temporary_directory, "REQUIRED_BYTES", 0)

    assert temporary_directory.create(tmp_path / "state").parent == memory


def test_functions_are_unpacked_on_disk_if_memory_is_scarce(tmp_path, monkeypatch):
    monkeypatch.setattr(temporary_directory, "REQUIRED_BYTES", 2**60)

    assert temporary_directory.create(tmp_path / "state").parent == tmp_path / "state"


def test_the_directory_is_deleted_even_if_free_memory_has_changed(tmp_path, memory, monkeypatch):
    monkeypatch.setattr(temporary_directory, "REQUIRED_BYTES", 0)
    folder = temporary_directory.create(tmp_path / "state")
    (folder / "unpacked").mkdir()

    monkeypatch.setattr(temporary_directory, "REQUIRED_BYTES", 2**60)
    temporary_directory.delete(tmp_path / "state")

    assert list(memory.iterdir()) == []
