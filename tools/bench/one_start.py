"""Measure the start of one Lambda function in this process.

cold_starts.py runs it as `python -I -S -B one_start.py COLLECTION MODULE PATH...`. MODULE is `floor` for the floor.
COLLECTION is `unchanged`, or `by-default` to keep Python's default thresholds of the garbage collection.
"""

import gc
import importlib
import json
import sys
import time

FLOOR = "floor"
UNCHANGED, BY_DEFAULT = "unchanged", "by-default"


def main(module: str, path: list[str]) -> None:
    """Import `module` from `path`, and print the processor time in seconds and the loaded modules."""
    sys.path[:0] = path
    loaded_before = set(sys.modules)
    processor = time.process_time()
    if module == FLOOR:
        importlib.import_module("boto3").client("dynamodb")
    else:
        _ = importlib.import_module(module).handler
    processor = time.process_time() - processor
    json.dump([processor, sorted(set(sys.modules) - loaded_before)], sys.stdout)


if __name__ == "__main__":
    if sys.argv[1] == BY_DEFAULT:
        gc.set_threshold = lambda *_: None
    main(sys.argv[2], sys.argv[3:])
