"""Seed a new local cloud with ten products and three users. Existing ones stay unchanged."""

import time
from contextlib import suppress
from typing import Any

from tools.deployment.parameters import SENDER
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloudError
from tools.local_cloud.stack import User
from tools.terminal.shop import Shop

OPERATORS = "operators"
# How long to wait until the catalog shows a new product.
CATALOG_SECONDS = 60
# The passwords are public on purpose, because these users exist on this laptop only.
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
    """Register the sender's address with SES. On AWS, its owner must also confirm a verification e-mail."""
    with suppress(aws.ses.exceptions.AlreadyExistsException):
        aws.ses.create_email_identity(EmailIdentity=SENDER)


def seed_users(aws: Aws, user_pool_id: str) -> int:
    """Create the users of `USERS` that are missing in the user pool. Add the operator to the group `operators`.

    Returns:
        How many users were created.
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
        _create_user(aws, user_pool_id, user)
    return len(missing)


def _create_user(aws: Aws, user_pool_id: str, user: User) -> None:
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


def seed_products(shop: Shop) -> int:
    """Add the products of `PRODUCTS` that the shop lacks, and wait until the catalog shows them.

    The catalog is eventually consistent, so a product that it does not show may exist already. Adding such a product
    changes nothing, its stock included.

    Args:
        shop: The API, called by an operator.

    Returns:
        How many products were added.

    Raises:
        LocalCloudError: The catalog does not show a product in time, because its event has not reached the view.
    """
    missing = [sku for sku in PRODUCTS if sku not in _shown(shop)]
    added = sum(shop.add_product(sku, PRODUCTS[sku]) for sku in missing)
    deadline = time.monotonic() + CATALOG_SECONDS
    while not_shown := [sku for sku in missing if sku not in _shown(shop)]:
        if time.monotonic() > deadline:
            raise LocalCloudError(
                f"{', '.join(not_shown)}: added, but not in GET /products after {CATALOG_SECONDS} s.\n"
                "RelayEventsFunction publishes the event, ProjectEventsFunction updates the view. To find the cause:\n"
                "  make status;  make logs F=RelayEventsFunction;  make logs F=ProjectEventsFunction"
            )
        time.sleep(0.3)
    return added


def _shown(shop: Shop) -> set[str]:
    return {product["sku"] for product in shop.products()}
