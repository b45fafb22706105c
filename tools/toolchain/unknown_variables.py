"""Explain the variables of a make command line that the Makefile does not know.

Run as `python -m tools.toolchain.unknown_variables "UNKNOWN ..." "KNOWN ..."`. It runs before anything is installed, so
it uses only the standard library.
"""

import difflib
import sys
from collections.abc import Sequence


def explain(unknown: Sequence[str], known: Sequence[str]) -> str:
    """Return a message that names the unknown variables, each with the known variable that it resembles most."""
    return " ".join([*(_explain(name, known) for name in unknown), "The commands and their variables: make help"])


def _explain(name: str, known: Sequence[str]) -> str:
    similar = difflib.get_close_matches(name.upper().replace("-", "_"), known, n=1)
    return f"There is no variable {name}." + (f" Did you mean {similar[0]}?" if similar else "")


if __name__ == "__main__":
    sys.stdout.write(explain(sys.argv[1].split(), sys.argv[2].split()))
