"""Unpack each layer once, and link the processes of the functions to it.

MiniStack unpacks the 800 files of the dependencies for each process, at every cold start. This takes 0.3 to 0.6 s of
the emulator's processor time, and 19 MB.
"""

import hashlib
import types
import zipfile
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from threading import Lock
from zipfile import ZipFile

from ministack.core import lambda_runtime

_LOCK = Lock()


def share_layers(folder: Path) -> None:
    """Make MiniStack unpack layers into `folder` and link to them. No function writes there: on Lambda it could not."""

    def archive(file: str) -> ZipFile:
        return LayerArchive(file, folder) if Path(file).name.startswith("layer_") else ZipFile(file)

    lambda_runtime.zipfile = types.SimpleNamespace(**vars(zipfile) | {"ZipFile": archive})


class LayerArchive(ZipFile):
    """The archive of a layer, as MiniStack uses it: it checks the names, then unpacks all files.

    Args:
        file: The path of the archive.
        folder: The folder of the unpacked layers. Each has the hash of its archive as its name.
    """

    def __init__(self, file: str, folder: Path) -> None:
        super().__init__(file)
        content = Path(file).read_bytes()
        self._unpacked = folder / hashlib.sha256(content).hexdigest()

    def namelist(self) -> list[str]:
        """Return the names to check: none if the layer is unpacked, because they were checked then."""
        return [] if self._unpacked.is_dir() else super().namelist()

    def extractall(
        self,
        path: str | PathLike[str] | None = None,
        members: Iterable[str | zipfile.ZipInfo] | None = None,
        pwd: bytes | None = None,
    ) -> None:
        """Replace the empty folder `path` by a link to the unpacked layer, and delete the archive."""
        with _LOCK:
            if not self._unpacked.is_dir():
                draft = self._unpacked.with_suffix(".draft")
                super().extractall(draft, members, pwd)
                draft.rename(self._unpacked)
        link = Path(str(path))
        link.rmdir()
        link.symlink_to(self._unpacked, target_is_directory=True)
        Path(str(self.filename)).unlink()
