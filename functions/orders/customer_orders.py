"""Which orders a customer has, from the order view: published data, read by the list's name."""

from kernel.dynamodb import dynamodb, from_item, to_item
from kernel.settings import setting


def order_ids_of(customer_id: str) -> list[str]:
    """Return the ids of all orders of the customer that the views know of, oldest first."""
    pages = (
        dynamodb()
        .get_paginator("query")
        .paginate(
            TableName=setting("VIEWS_TABLE_NAME"),
            IndexName="ListIndex",
            KeyConditionExpression="#list = :list",
            ExpressionAttributeNames={"#list": "list"},
            ExpressionAttributeValues=to_item({":list": f"CUSTOMER#{customer_id}"}),
        )
    )
    return [str(from_item(item)["pk"]).removeprefix("ORDER#") for page in pages for item in page["Items"]]
