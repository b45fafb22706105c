"""Layers that the processes of the functions share."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from ministack.core import lambda_runtime

from tools.local_cloud.shared_layers import LayerArchive, share_layers


def write_archive(path: Path, content: str) -> str:
    with ZipFile(path, "w") as archive:
        # A ZipInfo has a fixed date. With the time of writing, the same content would be two layers.
        archive.writestr(ZipInfo("python/module.py"), content)
    return str(path)


def unpack(content: str, folder: Path, process: Path) -> Path:
    """Unpack a layer with one module for a process, as MiniStack does. Return the path of the module."""
    (process / "layer_0").mkdir(parents=True)
    with LayerArchive(write_archive(process / "layer_0.zip", content), folder) as layer:
        layer.extractall(process / "layer_0")
    return process / "layer_0" / "python" / "module.py"


def test_a_layer_is_unpacked_once_for_all_processes(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        modules = list(pool.map(lambda n: unpack("VERSION = 1", tmp_path / "layers", tmp_path / str(n)), range(8)))

    assert {module.read_text() for module in modules} == {"VERSION = 1"}
    assert len({module.stat().st_ino for module in modules}) == 1


def test_a_changed_layer_is_another_one(tmp_path: Path) -> None:
    first = unpack("VERSION = 1", tmp_path / "layers", tmp_path / "one")
    second = unpack("VERSION = 2", tmp_path / "layers", tmp_path / "two")

    assert (first.read_text(), second.read_text()) == ("VERSION = 1", "VERSION = 2")


def test_a_layer_outlives_the_process_that_unpacked_it(tmp_path: Path) -> None:
    unpack("VERSION = 1", tmp_path / "layers", tmp_path / "one")

    shutil.rmtree(tmp_path / "one")

    assert unpack("VERSION = 1", tmp_path / "layers", tmp_path / "two").read_text() == "VERSION = 1"


def test_the_names_of_a_new_layer_are_checked(tmp_path: Path) -> None:
    with LayerArchive(write_archive(tmp_path / "layer_0.zip", "VERSION = 1"), tmp_path / "layers") as layer:
        assert layer.namelist() == ["python/module.py"]


def test_the_code_of_a_function_is_unpacked_for_each_process(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(lambda_runtime, "zipfile", lambda_runtime.zipfile)
    share_layers(tmp_path / "layers")
    archive = write_archive(tmp_path / "code.zip", "VERSION = 1")

    for process in ("one", "two"):
        with lambda_runtime.zipfile.ZipFile(archive) as code:
            code.extractall(tmp_path / process)

    modules = [tmp_path / process / "python" / "module.py" for process in ("one", "two")]
    assert len({module.stat().st_ino for module in modules}) == 2
