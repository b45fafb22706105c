"""Start as a Lambda function starts, in a process of its own, and say what that took.

Run by cold_starts.py: `python -I -S one_start.py MODULE PATH...`, with MODULE `floor` for the floor.
"""

import importlib
import json
import sys
import time

FLOOR = "floor"


def main(module: str, path: list[str]) -> None:
    """Import `module`, finding everything in `path`, and print processor seconds, seconds and the modules' names."""
    sys.path[:0] = path
    there = set(sys.modules)
    processor, clock = time.process_time(), time.perf_counter()
    if module == FLOOR:
        importlib.import_module("boto3").client("dynamodb")
    else:
        _ = importlib.import_module(module).handler
    processor, clock = time.process_time() - processor, time.perf_counter() - clock
    json.dump([processor, clock, sorted(set(sys.modules) - there)], sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
