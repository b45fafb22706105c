"""Ten products and three people, so that there is something to see. What exists is left alone."""

import time
from contextlib import suppress
from typing import Any

from tools.deployment.parameters import SENDER
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloudError
from tools.local_cloud.stack import User
from tools.terminal.shop import Shop

OPERATORS = "operators"
# Known to all, on purpose: these people exist on this laptop only.
USERS = {name: User(f"{name}@example.com", f"Local-cloud-{name}-1") for name in ("alice", "bob", "operator")}

PRODUCTS: dict[str, dict[str, Any]] = {
    "KETTLE-1": {"name": "Gooseneck kettle", "unit_price": 6900, "currency": "EUR", "stock": 200},
    "GRINDER-1": {"name": "Hand grinder", "unit_price": 11900, "currency": "EUR", "stock": 120},
    "DRIPPER-1": {"name": "Ceramic dripper", "unit_price": 2400, "currency": "EUR", "stock": 500},
    "FILTER-100": {"name": "Paper filters, 100", "unit_price": 750, "currency": "EUR", "stock": 2000},
    "SCALE-1": {"name": "Brewing scale", "unit_price": 4900, "currency": "EUR", "stock": 150},
    "CARAFE-1": {"name": "Glass carafe", "unit_price": 3200, "currency": "EUR", "stock": 180},
    "CUP-2": {"name": "Stoneware cups, pair", "unit_price": 2800, "currency": "EUR", "stock": 300},
    "BEANS-250": {"name": "Espresso beans, 250 g", "unit_price": 1150, "currency": "EUR", "stock": 800},
    "PRESS-1": {"name": "French press", "unit_price": 3900, "currency": "EUR", "stock": 90},
    "MACHINE-1": {"name": "Espresso machine, last one", "unit_price": 64900, "currency": "EUR", "stock": 1},
}


def verify_sender(aws: Aws) -> None:
    """Let the shop send e-mails, as a person does it who answers the mail that SES sends to the address."""
    with suppress(aws.ses.exceptions.AlreadyExistsException):
        aws.ses.create_email_identity(EmailIdentity=SENDER)


def seed_users(aws: Aws, user_pool_id: str) -> int:
    """Make the people of `USERS` that the pool lacks, the operator in her group.

    Returns: how many were made.
    """
    pages = aws.cognito.get_paginator("list_users").paginate(UserPoolId=user_pool_id)
    present = {
        attribute["Value"]
        for page in pages
        for user in page["Users"]
        for attribute in user["Attributes"]
        if attribute["Name"] == "email"
    }
    missing = [user for user in USERS.values() if user.username not in present]
    for user in missing:
        _make_user(aws, user_pool_id, user)
    return len(missing)


def _make_user(aws: Aws, user_pool_id: str, user: User) -> None:
    aws.cognito.admin_create_user(
        UserPoolId=user_pool_id,
        Username=user.username,
        MessageAction="SUPPRESS",
        UserAttributes=[
            {"Name": "email", "Value": user.username},
            {"Name": "email_verified", "Value": "true"},
        ],
    )
    aws.cognito.admin_set_user_password(
        UserPoolId=user_pool_id, Username=user.username, Password=user.password, Permanent=True
    )
    if user == USERS["operator"]:
        aws.cognito.admin_add_user_to_group(UserPoolId=user_pool_id, Username=user.username, GroupName=OPERATORS)


def seed_products(shop: Shop, seconds: float = 60) -> int:
    """Stock the products of `PRODUCTS` that the shop lacks, and wait until it shows them.

    The list of products follows the table with a delay, so a product that it does not show may exist: adding that one
    changes nothing, and its stock stays what orders have left of it.

    Args:
        shop: as an operator.

    Returns: how many were stocked.

    Raises:
        LocalCloudError: a product does not show up: its event did not make it to the view.
    """
    missing = [sku for sku in PRODUCTS if sku not in _shown(shop)]
    added = sum(shop.add_product(sku, PRODUCTS[sku]) for sku in missing)
    deadline = time.monotonic() + seconds
    while hidden := [sku for sku in missing if sku not in _shown(shop)]:
        if time.monotonic() > deadline:
            raise LocalCloudError(
                f"{', '.join(hidden)}: stocked, but not shown by GET /products after {seconds:.0f} s.\n"
                "The event travels: table, RelayEventsFunction, topic, ProjectEventsFunction. Look there:\n"
                "  make status;  make logs F=RelayEventsFunction;  make logs F=ProjectEventsFunction"
            )
        time.sleep(0.3)
    return added


def _shown(shop: Shop) -> set[str]:
    return {product["sku"] for product in shop.products()}
