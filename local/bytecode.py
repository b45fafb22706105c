"""Compile the layers that `sam build` made: SAM leaves bytecode out, and who starts without it compiles first.

The bytecode is for the Python that runs this, so it helps where the functions run under the same minor version.
It is `unchecked-hash`, since SAM's zip files carry other timestamps than the sources, and it names the paths
that the files will have in Lambda, so that tracebacks are right and every checkout builds the same bytes.

A function's own few modules are compiled at its start, in a few milliseconds: their bytecode would be twice as large as
they are (docs/decisions/0066-quicker-starts.md). That they can be compiled is checked here.
"""

import ast
import compileall
import os
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

BUILD_DIR = Path(".aws-sam/build")
LAYER_ROOT = "/opt"


def compile_artifacts(build_dir: Path) -> None:
    """Compile every layer in SAM's build directory, in place, and check every function.

    Raises:
        SyntaxError: a file is no Python; it says which one.
    """
    for artifact in sorted(path for path in build_dir.iterdir() if path.is_dir()):
        if _is_layer(artifact):
            _compile_layer(artifact)
        else:
            _check_function(artifact)


def _is_layer(artifact: Path) -> bool:
    return (artifact / "python").is_dir()


def _compile_layer(artifact: Path) -> None:
    compiled = compileall.compile_dir(
        artifact,
        quiet=1,
        maxlevels=sys.getrecursionlimit(),
        workers=0,
        stripdir=os.fspath(artifact),
        prependdir=LAYER_ROOT,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    if not compiled:
        raise SyntaxError(f"not everything in {artifact} could be compiled, for the reason above")


def _check_function(artifact: Path) -> None:
    for module in artifact.glob("*.py"):
        ast.parse(module.read_bytes(), module.name)


if __name__ == "__main__":
    try:
        compile_artifacts(Path(sys.argv[1]) if len(sys.argv) > 1 else BUILD_DIR)
    except SyntaxError as error:
        sys.exit(str(error))
