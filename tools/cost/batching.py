"""Model of the batch sizes of Lambda's event source mappings at a given rate of orders. Pure.

Stream: Lambda polls each shard four times a second, and invokes the function with the records that it finds
(https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html).

Queue: Lambda polls with several pollers, and receives up to BatchSize messages
(https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html). A message does not wait for others while a function is
free. Batches grow only when messages arrive faster than MaximumConcurrency functions can process them one by one.
"""

import math

POLLS_PER_SECOND = 4
# Maximum write units per second of a partition. Each partition is one shard of the stream:
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
WRITES_PER_PARTITION = 1000
# The BatchSize of the streams' mappings.
MOST_RECORDS = 100


def shards(writes_per_second: float) -> int:
    """Return the minimum number of partitions, and therefore shards, of a table."""
    return max(1, math.ceil(writes_per_second / WRITES_PER_PARTITION))


def stream_batch(records_per_second: float, number_of_shards: int, *, least: float = 1) -> float:
    """Return the number of records per invocation.

    Args:
        records_per_second: Records in the whole stream.
        number_of_shards: Shards of the stream.
        least: Minimum batch size: the records that one transaction writes together.
    """
    return min(max(records_per_second / number_of_shards / POLLS_PER_SECOND, least), MOST_RECORDS)


def queue_batch(
    messages_per_second: float, *, seconds_fixed: float, seconds_each: float, most: int, concurrency: int
) -> float:
    """Return the number of messages per batch that keeps up with the rate of messages, if `most` allows it.

    Args:
        messages_per_second: Messages that arrive in the queue.
        seconds_fixed: Duration of an invocation without messages.
        seconds_each: Additional duration per message.
        most: The mapping's BatchSize.
        concurrency: The mapping's MaximumConcurrency.
    """
    if messages_per_second * (seconds_fixed + seconds_each) <= concurrency:
        return 1
    # concurrency * b = messages_per_second * (fixed + b * each)
    spare = concurrency - messages_per_second * seconds_each
    return min(messages_per_second * seconds_fixed / spare, most) if spare > 0 else most
