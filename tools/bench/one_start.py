"""Start as a Lambda function starts, in a process of its own, and say what that took.

Run by cold_starts.py: `python -I -S -B one_start.py COLLECTION MODULE PATH...`. MODULE is `floor` for the floor.
COLLECTION is `as-it-is`, or `by-default`, to leave Python's garbage collection as Python has it.
"""

import gc
import importlib
import json
import sys
import time

FLOOR = "floor"
AS_IT_IS, BY_DEFAULT = "as-it-is", "by-default"


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
    if sys.argv[1] == BY_DEFAULT:
        gc.set_threshold = lambda *_: None
    main(sys.argv[2], sys.argv[3:])
