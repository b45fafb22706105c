"""Tasks in their table, and for each order a register: which tasks it had, and which events closed them.

Events come in any order, so the one that closes a task may be here before the task. The register remembers it, and
opening a task checks the register in the same transaction.

A task is in the index of open tasks as `open`, then as `decided` until the execution that waits for it is awake.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from botocore.exceptions import ClientError
from pydantic import ValidationError

from kernel.dynamodb import cancellation_codes, dynamodb, from_item, is_condition_failure, to_item, transact
from kernel.observability import logger
from kernel.settings import setting
from kernel.timestamps import Timestamp
from task import Kind, NotOpen, Task, TaskStatus, task_id_of

INDEX = "OpenTasksIndex"
# What the key of a page of the list consists of, but for the index's own hash key.
PAGE_KEY = {"task_id", "opened_at"}


class Page(NamedTuple):
    """Tasks, and the key after which the next page starts (None: this was the last)."""

    tasks: list[Task]
    next_key: dict[str, str] | None


def load(task_id: str) -> Task | None:
    """Return the task as it is now (a consistent read), or None."""
    answer = dynamodb().get_item(TableName=_table(), Key=to_item({"task_id": task_id}), ConsistentRead=True)
    return Task.model_validate(from_item(answer["Item"])) if "Item" in answer else None


def open_task(task: Task) -> Task | None:
    """Store a new task, or give the one that is stored the new token, if it is open still.

    Returns:
        The task as it is stored; None where it was closed before it came.
    """
    try:
        transact([_put(task), _register(task)])
        return task
    except dynamodb().exceptions.TransactionCanceledException as error:
        is_new = cancellation_codes(error)[0] == "None"
    if is_new:
        return None
    _update(task.task_id, "SET #token = :token", {"#token": "token"}, {":token": task.token})
    return load(task.task_id)


def change(task_id: str, decide: Callable[[Task], Task]) -> Task:
    """Store what `decide` makes of an open task.

    Returns:
        The task as it is stored, with the token of the wait that asked last.

    Raises:
        NotOpen: it is not open, or no longer.
        KeyError: there is none.
    """
    task = load(task_id)
    if task is None:
        raise KeyError(task_id)
    decided = decide(task)
    changes = decided.model_dump(
        mode="json", exclude_none=True, include={"status", "verdict", "decided_at", "operator_id", "comment"}
    ) | {"open_shard": "decided"}
    stored = _update(
        task_id,
        "SET " + ", ".join(f"#{name} = :{name}" for name in changes),
        {f"#{name}": name for name in changes},
        {f":{name}": value for name, value in changes.items()},
    )
    if stored is None:
        raise NotOpen(task_id)
    return stored


def close(order_id: str, sequence: int, kind: Kind) -> Iterator[Task]:
    """Close the order's open tasks of a kind that are older than its event number `sequence`; yield these."""
    for earlier in _close_register(order_id, sequence, kind):
        task = load(task_id_of(order_id, earlier)) if earlier < sequence else None
        if task is None or task.kind is not kind:
            continue
        try:
            yield change(task.task_id, _closed)
        except NotOpen:
            continue


def awake(task_id: str) -> None:
    """Take the task out of the index: whoever waits for it is told."""
    dynamodb().update_item(TableName=_table(), Key=to_item({"task_id": task_id}), UpdateExpression="REMOVE open_shard")


def list_tasks(shard: str, *, limit: int, start: dict[str, str] | None = None, until: Timestamp = "9") -> Page:
    """Return at most `limit` tasks of the index, those that wait longest first, if they were opened before `until`."""
    answer = dynamodb().query(
        TableName=_table(),
        IndexName=INDEX,
        KeyConditionExpression="open_shard = :shard AND opened_at < :until",
        ExpressionAttributeValues=to_item({":shard": shard, ":until": until}),
        Limit=limit,
        **({"ExclusiveStartKey": to_item({"open_shard": shard, **start})} if start else {}),  # type: ignore[arg-type]
    )
    last = from_item(answer.get("LastEvaluatedKey", {}))
    last.pop("open_shard", None)
    return Page(list(_readable(answer["Items"])), last or None)


def _readable(items: Iterable[dict[str, Any]]) -> Iterator[Task]:
    """Yield the tasks, without those that are damaged: one of them must not hide the others."""
    for item in items:
        try:
            yield Task.model_validate(from_item(item))
        except ValidationError:
            logger.exception("left a damaged task out of a list", extra={"task_id": item["task_id"]})


def is_listed(shard: str, key: Mapping[str, str]) -> bool:
    """Return whether the index has a task with this key of a page."""
    answer = dynamodb().query(
        TableName=_table(),
        IndexName=INDEX,
        KeyConditionExpression="open_shard = :shard AND opened_at = :opened_at",
        ExpressionAttributeValues=to_item({":shard": shard, ":opened_at": key["opened_at"]}),
    )
    return any(from_item(item)["task_id"] == key["task_id"] for item in answer["Items"])


def _closed(task: Task) -> Task:
    if task.status is not TaskStatus.OPEN:
        raise NotOpen(task.task_id)
    return task.model_copy(update={"status": TaskStatus.CLOSED})


def _put(task: Task) -> dict[str, Any]:
    item = task.model_dump(mode="json", exclude_none=True) | {"open_shard": "open"}
    return {
        "Put": {
            "TableName": _table(),
            "Item": to_item(item),
            "ConditionExpression": "attribute_not_exists(task_id)",
        }
    }


def _register(task: Task) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": _table(),
            "Key": _register_key(task.order_id),
            "UpdateExpression": "ADD sequences :sequences",
            "ConditionExpression": "attribute_not_exists(#closed) OR #closed < :sequence",
            "ExpressionAttributeNames": {"#closed": f"{task.kind}_closed_by"},
            "ExpressionAttributeValues": to_item({":sequences": {task.sequence}, ":sequence": task.sequence}),
        }
    }


def _close_register(order_id: str, sequence: int, kind: Kind) -> list[int]:
    """Note the event that closes; return the sequences of all tasks of the order."""
    try:
        dynamodb().update_item(
            TableName=_table(),
            Key=_register_key(order_id),
            UpdateExpression="SET #closed = :sequence",
            ConditionExpression="attribute_not_exists(#closed) OR #closed < :sequence",
            ExpressionAttributeNames={"#closed": f"{kind}_closed_by"},
            ExpressionAttributeValues=to_item({":sequence": sequence}),
        )
    except ClientError as error:
        if not is_condition_failure(error):
            raise
    answer = dynamodb().get_item(TableName=_table(), Key=_register_key(order_id), ConsistentRead=True)
    return sorted(int(earlier) for earlier in from_item(answer["Item"]).get("sequences", ()))


def _register_key(order_id: str) -> dict[str, Any]:
    return to_item({"task_id": f"order#{order_id}"})


def _update(task_id: str, expression: str, names: dict[str, str], values: dict[str, Any]) -> Task | None:
    """Update the task if it is open, and return it as it is then; None where it is not."""
    try:
        answer = dynamodb().update_item(
            TableName=_table(),
            Key=to_item({"task_id": task_id}),
            UpdateExpression=expression,
            ConditionExpression="#status = :open",
            ExpressionAttributeNames={"#status": "status", **names},
            ExpressionAttributeValues=to_item({":open": TaskStatus.OPEN.value, **values}),
            ReturnValues="ALL_NEW",
        )
    except ClientError as error:
        if is_condition_failure(error):
            return None
        raise
    return Task.model_validate(from_item(answer["Attributes"]))


def _table() -> str:
    return setting("TASKS_TABLE_NAME")
