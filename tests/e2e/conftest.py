"""Fixtures with the whole application, deployed to separate emulators, never to the developer's."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest
from rich.console import Console

from tests.e2e.shop import Caller, Shop
from tools.deployment import build, deploy
from tools.local_cloud import up
from tools.local_cloud.cloud import ROOT, LocalCloud
from tools.local_cloud.stack import Stack
from tools.terminal.progress import Steps

# `make test-roles` runs the same tests with enforced IAM roles of the functions.
ENFORCES_ROLES = os.environ.get("ENFORCE_ROLES") == "true"


@contextmanager
def running(cloud: LocalCloud) -> Iterator[LocalCloud]:
    """Start `cloud`, and always stop it at the end."""
    try:
        up.bring_up(cloud, Steps(Console()))
        yield cloud
    finally:
        up.take_down(cloud)


@pytest.fixture(scope="session")
def local_cloud(worker_id: str) -> Iterator[LocalCloud]:
    """Start an emulator with the stack, its users and products. Each worker of pytest-xdist has its own."""
    with running(LocalCloud.for_tests(f"e2e-{worker_id}", enforces_roles=ENFORCES_ROLES)) as cloud:
        yield cloud


@pytest.fixture(scope="session")
def stack(local_cloud: LocalCloud) -> Stack:
    return Stack.read(local_cloud.stack_file)


@pytest.fixture(scope="session")
def shop(stack: Stack) -> Shop:
    return Shop(stack)


@pytest.fixture
def customer(shop: Shop) -> Caller:
    return shop.customer()


@pytest.fixture(scope="session")
def express_shop(worker_id: str) -> Iterator[Shop]:
    """Start a second shop, with an Express saga."""
    name = f"e2e-express-{worker_id}"
    with running(LocalCloud.for_tests(name, saga_type="EXPRESS", enforces_roles=ENFORCES_ROLES)) as cloud:
        yield Shop(Stack.read(cloud.stack_file))


@pytest.fixture(params=["STANDARD", "EXPRESS"])
def saga_shop(request: pytest.FixtureRequest) -> Shop:
    """Provide the shop with a Standard saga, and then the shop with an Express saga."""
    name = "shop" if request.param == "STANDARD" else "express_shop"
    return request.getfixturevalue(name)  # type: ignore[no-any-return]


class Redeploy(Protocol):
    def __call__(self, root: Path = ROOT) -> None:
        """Redeploy the stack from the sources in `root`."""


@pytest.fixture(scope="session")
def redeploy(local_cloud: LocalCloud) -> Redeploy:
    def deploy_from(root: Path = ROOT) -> None:
        build_dir = local_cloud.build_dir if root == ROOT else root / "build"
        changed = replace(local_cloud, root=root, build_dir=build_dir)
        build.build(changed)
        deploy.deploy(changed)

    return deploy_from


@pytest.fixture
def sources(tmp_path: Path, redeploy: Redeploy) -> Iterator[Path]:
    """Provide a copy of the sources to change and redeploy. At the end, redeploy the original sources."""
    yield build.copy_sources(tmp_path)
    redeploy()
