"""Refresh the patch of a part after a change: `python -m tests.removal.refresh live-updates`.

Opens a shell in a clone in which the part's files are deleted and its patch is applied. Resolve the conflicts, remove
what else belongs to the part, and leave the shell with `exit`: the command writes the patch. `exit 1` writes nothing.
A patch does not remove a line that has moved, and says nothing. So search the clone for the part's names.
"""

import subprocess
import sys

from tests.removal.blocks import FIRST, ROOT, blocks, clone_with_toolchain, run

# The commands of the blocks write these files.
GENERATED = (
    ":!contracts/openapi.json",
    ":!contracts/asyncapi.json",
    ":!contracts/events/*",
    ":!functions/views/event_catalogue.json",
    ":!frontend/src/under-the-hood/event-paths.json",
    ":!tools/cost/results.json",
    ":!docs/images/cost.svg",
)


def refresh(part: str) -> int:
    """Write the patch of the part.

    Returns:
        The status of the shell.
    """
    deletions, apply, _ = blocks()[part].partition("git apply --3way")
    patch = f"docs/make-it-yours/without-{part}.patch"
    with clone_with_toolchain() as (clone, terminal):
        if part != FIRST:
            run(terminal, blocks()[FIRST])
        run(terminal, deletions)
        print(terminal.run(f"{apply} {patch} | grep -v cleanly").printed)  # noqa: T201 (a command)
        status = subprocess.run(["bash"], cwd=clone.folder, check=False).returncode  # noqa: S607 (bash of the PATH)
        if status == 0:
            run(terminal, "git add --all")
            difference = ["git", "diff", "--cached", "--diff-filter=M", "HEAD", "--", ".", *GENERATED]
            changed = subprocess.run(difference, cwd=clone.folder, check=True, capture_output=True)  # noqa: S603
            if not changed.stdout:
                sys.exit(
                    "Nothing is written: `git apply` refused the patch. Apply it with --exclude=FILE, then edit FILE."
                )
            (ROOT / patch).write_bytes(changed.stdout)
        return status


if __name__ == "__main__":
    sys.exit(refresh(sys.argv[1]))
