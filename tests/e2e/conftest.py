"""The whole application, deployed once per test run to emulators of their own, never to the developer's."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest
from rich.console import Console

from tests.e2e.shop import Person, Shop
from tools.deployment import build, deploy
from tools.local_cloud import up
from tools.local_cloud.cloud import ROOT, LocalCloud
from tools.local_cloud.stack import Stack
from tools.terminal.progress import Steps

# `make test-roles`: the same tests, while each function may do only what its role allows.
ENFORCES_ROLES = os.environ.get("ENFORCE_ROLES") == "true"


@contextmanager
def running(cloud: LocalCloud) -> Iterator[LocalCloud]:
    """Bring `cloud` up, and take it down again whatever happens."""
    try:
        up.bring_up(cloud, Steps(Console()))
        yield cloud
    finally:
        up.take_down(cloud)


@pytest.fixture(scope="session")
def local_cloud(worker_id: str) -> Iterator[LocalCloud]:
    """A running emulator with the stack, its users and products. Each of pytest-xdist's workers has its own."""
    with running(LocalCloud.for_tests(f"e2e-{worker_id}", enforces_roles=ENFORCES_ROLES)) as cloud:
        yield cloud


@pytest.fixture(scope="session")
def stack(local_cloud: LocalCloud) -> Stack:
    return Stack.read(local_cloud.stack_file)


@pytest.fixture(scope="session")
def shop(stack: Stack) -> Shop:
    return Shop(stack)


@pytest.fixture
def customer(shop: Shop) -> Person:
    return shop.customer()


@pytest.fixture(scope="session")
def express_shop(worker_id: str) -> Iterator[Shop]:
    """A second shop, whose saga is an Express workflow."""
    name = f"e2e-express-{worker_id}"
    with running(LocalCloud.for_tests(name, saga_type="EXPRESS", enforces_roles=ENFORCES_ROLES)) as cloud:
        yield Shop(Stack.read(cloud.stack_file))


@pytest.fixture(params=["STANDARD", "EXPRESS"])
def saga_shop(request: pytest.FixtureRequest) -> Shop:
    """The shop, with its saga as a Standard workflow and as an Express workflow."""
    name = "shop" if request.param == "STANDARD" else "express_shop"
    return request.getfixturevalue(name)  # type: ignore[no-any-return]


class Redeploy(Protocol):
    def __call__(self, root: Path = ROOT) -> None:
        """Deploy the stack again, from the sources in `root`."""


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
    """A copy of the sources, to change and to redeploy; the stack is as it was afterwards."""
    yield build.copy_sources(tmp_path)
    redeploy()
