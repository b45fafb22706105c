"""Compile what `sam build` made: SAM leaves bytecode out, and a function that starts without it compiles first.

The bytecode is for the Python that runs this, so it helps where the functions run under the same minor version.
It is `unchecked-hash`, since SAM's zip files carry other timestamps than the sources, and it names the paths
that the files will have in Lambda, so that tracebacks are right and every checkout builds the same bytes.
"""

import compileall
import os
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

BUILD_DIR = Path(".aws-sam/build")
FUNCTION_ROOT = "/var/task"
LAYER_ROOT = "/opt"


def compile_artifacts(build_dir: Path) -> None:
    """Compile every function and layer in SAM's build directory, in place.

    Raises:
        SyntaxError: a file is no Python; its name is on the terminal.
    """
    for artifact in sorted(path for path in build_dir.iterdir() if path.is_dir()):
        compiled = compileall.compile_dir(
            artifact,
            quiet=1,
            maxlevels=sys.getrecursionlimit(),
            workers=0 if _is_layer(artifact) else 1,
            stripdir=os.fspath(artifact),
            prependdir=LAYER_ROOT if _is_layer(artifact) else FUNCTION_ROOT,
            invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
        )
        if not compiled:
            raise SyntaxError(f"Not everything in {artifact} could be compiled")


def _is_layer(artifact: Path) -> bool:
    return (artifact / "python").is_dir()


if __name__ == "__main__":
    compile_artifacts(Path(sys.argv[1]) if len(sys.argv) > 1 else BUILD_DIR)
