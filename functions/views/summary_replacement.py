"""Replace the summary of an order or a product as a whole, when a rebuild has found that it differs from its events.

The projection itself writes group by group: see view_store.
"""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from kernel.dynamodb import dynamodb, is_condition_failure, to_item
from kernel.settings import setting
from view_store import SUMMARY, ListPlace

# The suffixes of a group's attributes: its fields, and the sequence and the mapping's number of the last write.
GROUP_PARTS = ("", "_seq", "_projection")


def summary_attributes(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of a summary that the projection writes: its groups and index keys."""
    groups = {name.removesuffix("_seq") for name in item if name.endswith("_seq")}
    names = {*ListPlace._fields} | {f"{group}{part}" for group in groups for part in GROUP_PARTS}
    return {name: value for name, value in item.items() if name in names}


def replace_summary(key: str, current: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    """Replace the attributes of a summary that the projection writes, with optimistic locking.

    Args:
        key: The partition key of the summary.
        current: The summary that was read; empty if it is missing.
        expected: The new attributes. If empty, the summary is deleted.

    Returns:
        False if another writer changed a group since the read. Nothing is written.
    """
    sequences = sorted({name for name in (*current, *expected) if name.endswith("_seq")})
    names = {f"#seq{n}": name for n, name in enumerate(sequences)}
    values = {f":seq{n}": current[name] for n, name in enumerate(sequences) if name in current}
    condition = " AND ".join(
        f"#seq{n} = :seq{n}" if name in current else f"attribute_not_exists(#seq{n})"
        for n, name in enumerate(sequences)
    )
    try:
        if expected:
            _replace_attributes(key, summary_attributes(current), expected, condition, names, values)
        else:
            _delete_summary(key, condition, names, values)
    except ClientError as error:
        if is_condition_failure(error):
            return False
        raise
    return True


def _replace_attributes(
    key: str,
    current: Mapping[str, Any],
    expected: Mapping[str, Any],
    condition: str,
    names: dict[str, str],
    values: dict[str, Any],
) -> None:
    changed = [name for name, value in expected.items() if current.get(name) != value]
    removed = sorted(current.keys() - expected.keys())
    set_parts = [f"#set{n} = :set{n}" for n in range(len(changed))]
    remove_parts = [f"#remove{n}" for n in range(len(removed))]
    expression = ("SET " + ", ".join(set_parts) if set_parts else "") + (
        " REMOVE " + ", ".join(remove_parts) if remove_parts else ""
    )
    if not expression:
        return
    dynamodb().update_item(
        TableName=setting("VIEWS_TABLE_NAME"),
        Key=to_item({"pk": key, "sk": SUMMARY}),
        UpdateExpression=expression.strip(),
        ConditionExpression=condition,
        ExpressionAttributeNames=names
        | {f"#set{n}": name for n, name in enumerate(changed)}
        | {f"#remove{n}": name for n, name in enumerate(removed)},
        **_values(values | {f":set{n}": expected[name] for n, name in enumerate(changed)}),
    )


def _delete_summary(key: str, condition: str, names: dict[str, str], values: dict[str, Any]) -> None:
    dynamodb().delete_item(
        TableName=setting("VIEWS_TABLE_NAME"),
        Key=to_item({"pk": key, "sk": SUMMARY}),
        **({"ConditionExpression": condition, "ExpressionAttributeNames": names} if condition else {}),  # type: ignore[arg-type]
        **_values(values),
    )


def _values(values: dict[str, Any]) -> Any:
    """Return the argument for an expression's values; none if empty, because DynamoDB refuses an empty map."""
    return {"ExpressionAttributeValues": to_item(values)} if values else {}
