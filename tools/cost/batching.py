"""How full batches are at a rate of orders: the engine's rules, as a model. Pure.

A stream is asked four times a second by shard, and brings what there is
(https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html). A queue is asked by a few pollers at once and brings up to
BatchSize messages; as long as functions are free, a message does not wait for others to come
(https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html). So a queue's batches fill when its functions are all at
work: when messages come faster than MaximumConcurrency of them can take one by one.
"""

import math
from typing import NamedTuple

POLLS_A_SECOND = 4
# A partition takes so many write units a second, and is one shard of the stream:
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
WRITES_OF_A_PARTITION = 1000


class QueueBatches(NamedTuple):
    """How full a queue's batches are, and how many functions take them at once. `limited`: more than are allowed."""

    size: float
    concurrency: float
    limited: bool


def shards(writes_a_second: float) -> int:
    """Return how many partitions, and so shards, a table has at least, at so many write units a second."""
    return max(1, math.ceil(writes_a_second / WRITES_OF_A_PARTITION))


def stream_batch(
    records_a_second: float, number_of_shards: int, *, least: float = 1, most: int = 100, window_seconds: float = 0
) -> float:
    """Return how many records an invocation gets.

    Args:
        least: so many are written at once, in a transaction, and come together at any rate.
        most: the mapping's BatchSize.
        window_seconds: the mapping's MaximumBatchingWindowInSeconds.
    """
    waited = max(1 / POLLS_A_SECOND, window_seconds)
    return min(max(records_a_second / number_of_shards * waited, least), most)


def queue_batch(
    messages_a_second: float, *, seconds_fixed: float, seconds_each: float, most: int = 10, concurrency: int
) -> QueueBatches:
    """Return how full the batches are that keep up with so many messages a second.

    An invocation with b messages takes seconds_fixed + b * seconds_each, and `concurrency` of them run at once. Where
    even full batches do not keep up, the answer says how many it would take.
    """
    one_by_one = messages_a_second * (seconds_fixed + seconds_each)
    if one_by_one <= concurrency:
        return QueueBatches(1.0, one_by_one, limited=False)
    # concurrency * b = messages_a_second * (fixed + b * each)
    spare = concurrency - messages_a_second * seconds_each
    size = messages_a_second * seconds_fixed / spare if spare > 0 else math.inf
    if size <= most:
        return QueueBatches(size, concurrency, limited=False)
    return QueueBatches(most, messages_a_second * (seconds_fixed / most + seconds_each), limited=True)
