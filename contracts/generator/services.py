"""The services' modules, which lie on no path but the one that Lambda and the tests make for them."""

import sys

from tools.local_cloud.cloud import ROOT


def make_importable() -> None:
    """Let this process import the modules of all services and the kernel; their names are unique over all of them."""
    folders = [ROOT / "layers" / "kernel", *sorted(folder for folder in (ROOT / "functions").iterdir())]
    sys.path += [str(folder) for folder in folders if str(folder) not in sys.path]
