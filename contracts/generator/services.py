"""Import paths of the services' modules, which are otherwise importable only in Lambda and in the tests."""

import sys

from tools.local_cloud.cloud import ROOT


def make_importable() -> None:
    """Make the modules of all services and the kernel importable in this process. All their names are unique."""
    folders = [ROOT / "layers" / "kernel", *sorted(path for path in (ROOT / "functions").iterdir() if path.is_dir())]
    sys.path += [str(folder) for folder in folders if str(folder) not in sys.path]
