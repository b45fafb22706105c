"""The application on a bad day: deployed from a copy of the sources whose every function faults now and then."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.conftest import running
from tests.e2e.shop import Shop
from tests.support.waiting import announce
from tools.deployment.build import copy_sources
from tools.local_cloud.cloud import LocalCloud
from tools.local_cloud.stack import Stack

Tell = Callable[[str], None]

INJECTION = Path(__file__).parent / "injection.py"
PROVIDERS = {
    "functions/payments/gateway.py": "return SandboxGateway()",
    "functions/shipping/carrier.py": "return SandboxCarrier()",
}
# In the middle of the relay (archived, not announced) and of the projector (in the timeline, not in the summary).
MIDWAY = {"functions/event_store/publisher.py": "_publish", "functions/views/view_store.py": "change_groups"}
# The entry points that write: the steps of the saga, the consumers, and these. Queries have no faults, because the lane
# itself sends them.
WRITERS = {
    "chase_tasks.py",
    "orders_api.py",
    "relay_events.py",
    "sweep_orders.py",
    "tasks_api.py",
}
ORDERS = int(os.environ.get("ORDERS", "20"))
# Shorter waits: a failed message is delivered again after seconds instead of minutes.
SOONER = {r"VisibilityTimeout: \d+": "VisibilityTimeout: 12"}
if ORDERS > 20:
    # A long run has reviews without a decision. A short one has none: there, only the cancellation may close the
    # review of a cancelled order, because a timeout would hide that the cancellation did not.
    SOONER[r"REVIEW_TIMEOUT_SECONDS: .*"] = 'REVIEW_TIMEOUT_SECONDS: "30"'
DECORATED = re.compile(r"^(@queue_consumer|handler = (message_consumer|saga_steps)\()", re.MULTILINE)


@pytest.fixture(scope="module", params=["STANDARD", "EXPRESS"])
def saga_type(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def faulty_shop(saga_type: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop whose functions fault, with its saga as a Standard and as an Express workflow."""
    root = _with_faults(copy_sources(tmp_path_factory.mktemp("sources")))
    cloud = LocalCloud.for_tests(f"faults-{saga_type.lower()}", saga_type=saga_type)
    # The lane bounds itself: three customers at once. A limit on sagas would only make it wait for killed runs.
    quick = {"sweep_quiet_seconds": 20, "concurrency": "NORMAL"}
    with running(replace(cloud, root=root, build_dir=root / "build", **quick)):
        yield Shop(Stack.read(cloud.stack_file))


@pytest.fixture
def tell(saga_type: str) -> Tell:
    """Return what prints a line about this saga type, past pytest's capturing."""
    return lambda text: announce(f"{saga_type}: {text}")


def _with_faults(root: Path) -> Path:
    shutil.copy(INJECTION, root / "layers/kernel/kernel/injection.py")
    for module in (root / "functions").glob("*/*.py"):
        text = module.read_text()
        if module.name in WRITERS or DECORATED.search(text):
            module.write_text(
                f"{text}\n\nfrom kernel.injection import counted, faulty\n\nhandler = counted(faulty(handler))\n"
            )
    for name, function in MIDWAY.items():
        text = (root / name).read_text()
        assert f"def {function}(" in text, f"{name} has no {function} any more: tell this lane"
        (root / name).write_text(f"{text}\n\nfrom kernel.injection import faulty\n\n{function} = faulty({function})\n")
    for name, last_line in PROVIDERS.items():
        text = (root / name).read_text()
        assert last_line in text, f"{name} gives its provider in another way: tell this lane"
        provider = last_line.removeprefix("return ")
        (root / name).write_text(
            text.replace(
                last_line, f"from kernel.injection import FaultyProvider\n    return FaultyProvider({provider})"
            )
        )
    for pattern, quicker in SOONER.items():
        _replace(root / "template.yaml", pattern, quicker)
    return root


def _replace(file: Path, pattern: str, by: str) -> None:
    text, found = re.subn(pattern, by, file.read_text())
    assert found, f"{file.name} has no {pattern} any more: tell this lane"
    file.write_text(text)
