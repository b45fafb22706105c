"""The repository of tasks. A register per order and per return lists its tasks, and the events that closed tasks.

Events arrive in any order, so the event that closes a task may arrive before its request. The register records that
event, and opening a task checks the register in the same transaction.

The index of open tasks lists a task as `open`, and then as `decided` until its decision is delivered.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from botocore.exceptions import ClientError
from pydantic import ValidationError

from kernel.cloud_event import CloudEvent
from kernel.dynamodb import cancellation_codes, dynamodb, from_item, is_condition_failure, to_item, transact
from kernel.observability import logger
from kernel.settings import setting
from kernel.timestamps import Timestamp
from task import Kind, NotOpen, Task, TaskStatus, task_id_of

INDEX = "OpenTasksIndex"
# The attributes of a page key, without the index's hash key.
PAGE_KEY = {"task_id", "opened_at"}


class Page(NamedTuple):
    """A page of tasks, and the key after which the next page starts (None on the last page)."""

    tasks: list[Task]
    next_key: dict[str, str] | None


def load(task_id: str) -> Task | None:
    """Return the task by a consistent read, or None if it does not exist."""
    response = dynamodb().get_item(TableName=_table(), Key=to_item({"task_id": task_id}), ConsistentRead=True)
    return Task.model_validate(from_item(response["Item"])) if "Item" in response else None


def open_task(task: Task) -> Task | None:
    """Store a new task. If it is already stored and open, replace its token.

    Returns:
        The stored task. None if an event closed the task before it was opened.
    """
    try:
        transact([_put(task), _register(task)])
        return task
    except dynamodb().exceptions.TransactionCanceledException as error:
        closed_before = cancellation_codes(error)[0] == "None"
    if closed_before:
        return None
    _update(task.task_id, "SET #token = :token", {"#token": "token"}, {":token": task.token})
    return load(task.task_id)


def change(task_id: str, resolve: Callable[[Task], Task]) -> Task:
    """Apply `resolve` to an open task and store the result.

    Returns:
        The stored task, with the token of the latest waiting execution.

    Raises:
        NotOpen: The task is not open.
        KeyError: The task does not exist.
    """
    task = load(task_id)
    if task is None:
        raise KeyError(task_id)
    resolved = resolve(task)
    changes = resolved.model_dump(
        mode="json", exclude_none=True, include={"status", "verdict", "decided_at", "operator_id", "comment", "restock"}
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


def close(event: CloudEvent, kind: Kind) -> Iterator[Task]:
    """Close and yield the open tasks of a kind that earlier events of the same order or return opened."""
    register = _register_key(event.subject, event.data.get("return_id"))
    for earlier in _close_register(register, event.sequence, kind):
        task = load(task_id_of(event.subject, event.source, earlier)) if earlier < event.sequence else None
        if task is None or task.kind is not kind:
            continue
        try:
            yield change(task.task_id, _closed)
        except NotOpen:
            continue


def mark_delivered(task_id: str) -> None:
    """Remove the task from the index, because its decision was delivered."""
    dynamodb().update_item(TableName=_table(), Key=to_item({"task_id": task_id}), UpdateExpression="REMOVE open_shard")


def list_tasks(shard: str, *, limit: int, start: dict[str, str] | None = None, until: Timestamp = "9") -> Page:
    """Return at most `limit` tasks of a shard (`open` or `decided`) that were opened before `until`, oldest first."""
    response = dynamodb().query(
        TableName=_table(),
        IndexName=INDEX,
        KeyConditionExpression="open_shard = :shard AND opened_at < :until",
        ExpressionAttributeValues=to_item({":shard": shard, ":until": until}),
        Limit=limit,
        **({"ExclusiveStartKey": to_item({"open_shard": shard, **start})} if start else {}),  # type: ignore[arg-type]
    )
    last = from_item(response.get("LastEvaluatedKey", {}))
    last.pop("open_shard", None)
    return Page(list(_readable(response["Items"])), last or None)


def _readable(items: Iterable[dict[str, Any]]) -> Iterator[Task]:
    """Yield the valid tasks. Skips and logs an invalid item, which must not hide the others."""
    for item in items:
        try:
            yield Task.model_validate(from_item(item))
        except ValidationError:
            logger.exception("skipped an invalid task", extra={"task_id": item["task_id"]})


def is_listed(shard: str, key: Mapping[str, str]) -> bool:
    """Return whether the index has a task with this page key."""
    response = dynamodb().query(
        TableName=_table(),
        IndexName=INDEX,
        KeyConditionExpression="open_shard = :shard AND opened_at = :opened_at",
        ExpressionAttributeValues=to_item({":shard": shard, ":opened_at": key["opened_at"]}),
    )
    return any(from_item(item)["task_id"] == key["task_id"] for item in response["Items"])


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
            "Key": _register_key(task.order_id, task.return_id),
            "UpdateExpression": "ADD sequences :sequences",
            "ConditionExpression": "attribute_not_exists(#closed) OR #closed < :sequence",
            "ExpressionAttributeNames": {"#closed": f"{task.kind}_closed_by"},
            "ExpressionAttributeValues": to_item({":sequences": {task.sequence}, ":sequence": task.sequence}),
        }
    }


def _close_register(key: dict[str, Any], sequence: int, kind: Kind) -> list[int]:
    """Record the closing event, and return the sequences of all events in the register that opened a task."""
    try:
        dynamodb().update_item(
            TableName=_table(),
            Key=key,
            UpdateExpression="SET #closed = :sequence",
            ConditionExpression="attribute_not_exists(#closed) OR #closed < :sequence",
            ExpressionAttributeNames={"#closed": f"{kind}_closed_by"},
            ExpressionAttributeValues=to_item({":sequence": sequence}),
        )
    except ClientError as error:
        if not is_condition_failure(error):
            raise
    response = dynamodb().get_item(TableName=_table(), Key=key, ConsistentRead=True)
    return sorted(int(earlier) for earlier in from_item(response["Item"]).get("sequences", ()))


def _register_key(order_id: str, return_id: str | None) -> dict[str, Any]:
    return to_item({"task_id": f"return#{return_id}" if return_id else f"order#{order_id}"})


def _update(task_id: str, expression: str, names: dict[str, str], values: dict[str, Any]) -> Task | None:
    """Update the task if it is open.

    Returns:
        The task after the update, or None if it is not open.
    """
    try:
        response = dynamodb().update_item(
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
    return Task.model_validate(from_item(response["Attributes"]))


def _table() -> str:
    return setting("TASKS_TABLE_NAME")
