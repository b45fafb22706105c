"""Model of the batch sizes of Lambda's event source mappings at a given rate of orders. Pure.

Stream: Lambda polls each shard four times a second, and invokes the function with the records that it finds
(https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html).

Queue: Lambda polls with several pollers, and receives up to BatchSize messages
(https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html). A message does not wait for others while a function is
free. Batches grow only when messages arrive faster than MaximumConcurrency functions can process them one by one.
"""

import math
from typing import NamedTuple

POLLS_PER_SECOND = 4
# Maximum write units per second of a partition. Each partition is one shard of the stream:
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
WRITES_PER_PARTITION = 1000


class QueueBatches(NamedTuple):
    """The batches of a queue at a rate.

    Attributes:
        size: Messages per batch.
        concurrency: Functions that process batches concurrently.
        limited: Whether this exceeds the mapping's MaximumConcurrency, so messages pile up.
    """

    size: float
    concurrency: float
    limited: bool


def shards(writes_per_second: float) -> int:
    """Return the minimum number of partitions, and therefore shards, of a table."""
    return max(1, math.ceil(writes_per_second / WRITES_PER_PARTITION))


def stream_batch(
    records_per_second: float, number_of_shards: int, *, least: float = 1, most: int = 100, window_seconds: float = 0
) -> float:
    """Return the number of records per invocation.

    Args:
        records_per_second: Records in the whole stream.
        number_of_shards: Shards of the stream.
        least: Minimum batch size: the records that one transaction writes together.
        most: The mapping's BatchSize.
        window_seconds: The mapping's MaximumBatchingWindowInSeconds.
    """
    waited = max(1 / POLLS_PER_SECOND, window_seconds)
    return min(max(records_per_second / number_of_shards * waited, least), most)


def queue_batch(
    messages_per_second: float, *, seconds_fixed: float, seconds_each: float, most: int = 10, concurrency: int
) -> QueueBatches:
    """Return the batches that keep up with the rate of messages.

    Args:
        messages_per_second: Messages that arrive in the queue.
        seconds_fixed: Duration of an invocation without messages.
        seconds_each: Additional duration per message.
        most: The mapping's BatchSize.
        concurrency: The mapping's MaximumConcurrency.

    Returns:
        The batches. If even full batches do not keep up, `concurrency` is the number that would be needed.
    """
    one_by_one = messages_per_second * (seconds_fixed + seconds_each)
    if one_by_one <= concurrency:
        return QueueBatches(1.0, one_by_one, limited=False)
    # concurrency * b = messages_per_second * (fixed + b * each)
    spare = concurrency - messages_per_second * seconds_each
    size = messages_per_second * seconds_fixed / spare if spare > 0 else math.inf
    if size <= most:
        return QueueBatches(size, concurrency, limited=False)
    return QueueBatches(most, messages_per_second * (seconds_fixed / most + seconds_each), limited=True)
