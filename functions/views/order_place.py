"""The place of an order in the indexes of the views."""

from zlib import crc32

from kernel.timestamps import Timestamp
from view_store import ListPlace, customer_list

# The partitions of a day in PlacedIndex. Without shards, all orders of a day would share one partition, which accepts
# 1,000 writes a second: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
SHARDS = 4


def place_of(order_id: str, customer_id: str, placed_at: Timestamp) -> ListPlace:
    """Return the place of an order: in the list of its customer, and in one of the shards of its day."""
    shard = crc32(order_id.encode()) % SHARDS
    return ListPlace(customer_list(customer_id), f"{placed_at}#{order_id}", day_shard(placed_at[:10], shard))


def day_shard(day: str, shard: int) -> str:
    """Return the partition key of PlacedIndex for a day, such as `2026-11-20`, and one of its shards."""
    return f"{day}#{shard}"
