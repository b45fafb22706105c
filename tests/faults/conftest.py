"""Deploy the application from a copy of the sources, in which the functions that write fail at random."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.conftest import running
from tests.e2e.shop import Shop
from tests.support.waiting import print_uncaptured
from tools.deployment.build import copy_sources
from tools.local_cloud.cloud import LocalCloud
from tools.local_cloud.stack import Stack

Print = Callable[[str], None]

INJECTION = Path(__file__).parent / "injection.py"
PROVIDERS = {
    "functions/payments/gateway.py": "return SandboxGateway()",
    "functions/shipping/carrier.py": "return SandboxCarrier()",
}
# Functions in the middle of the relay (after archiving, before publishing), of the projector (after the timeline,
# before the summary), and of the webhook inbox (after storing the webhook, before recording that it is queued).
MIDWAY = {
    "functions/event_store/publisher.py": "_publish",
    "functions/views/view_store.py": "change_groups",
    "functions/webhooks/webhook_inbox.py": "_queue",
}
# Faults are injected into the entry points that process orders: saga steps, consumers, these. Queries have no faults,
# because the tests themselves send queries.
WRITERS = {
    "chase_tasks.py",
    "orders_api.py",
    "sandbox_api.py",
    "receive_webhook.py",
    "returns_api.py",
    "relay_events.py",
    "sweep_orders.py",
    "sweep_returns.py",
    "tasks_api.py",
}
SHORT_RUN = 24
ORDERS = int(os.environ.get("ORDERS", str(SHORT_RUN)))
IS_LONG_RUN = ORDERS > SHORT_RUN
PAYMENT_TIMEOUT_SECONDS = 60
# Values in the template that the lane changes. A failed message is redelivered after seconds instead of minutes.
CHANGES = {
    r"VisibilityTimeout: \d+": "VisibilityTimeout: 12",
    r"PAYMENT_TIMEOUT_SECONDS: .*": f'PAYMENT_TIMEOUT_SECONDS: "{PAYMENT_TIMEOUT_SECONDS}"',
}
if IS_LONG_RUN:
    # In a long run, some reviews time out. A short run has no timeouts, because only the cancellation may close the
    # review task of a cancelled order, and a timeout would hide a cancellation that did not close it.
    CHANGES[r"REVIEW_TIMEOUT_SECONDS: .*"] = 'REVIEW_TIMEOUT_SECONDS: "30"'
else:
    # In a short run, all orders may wait at the same time, so the customer's limit rejects none.
    CHANGES[r"MAX_WAITING_ORDERS: .*"] = f'MAX_WAITING_ORDERS: "{SHORT_RUN}"'
DECORATED = re.compile(r"^(@queue_consumer|handler = (message_consumer|saga_steps)\()", re.MULTILINE)


@pytest.fixture(scope="module", params=["STANDARD", "EXPRESS"])
def saga_type(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def faulty_shop(saga_type: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Deploy a shop with injected faults, once with a Standard saga and once with an Express saga."""
    root = _with_faults(copy_sources(tmp_path_factory.mktemp("sources")))
    cloud = LocalCloud.for_tests(f"faults-{saga_type.lower()}", saga_type=saga_type)
    # The tests place three orders concurrently. A limit on sagas would only make them wait for killed runs.
    fast = {"sweep_quiet_seconds": 20, "concurrency": "NORMAL"}
    with running(replace(cloud, root=root, build_dir=root / "build", **fast)):
        yield Shop(Stack.read(cloud.stack_file))


@pytest.fixture
def print_line(saga_type: str) -> Print:
    """Return a function that prints text with the saga type, bypassing pytest's capturing."""
    return lambda text: print_uncaptured(f"{saga_type}: {text}")


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
        assert f"def {function}(" in text, f"{name} has no {function}: update the fault lane"
        (root / name).write_text(f"{text}\n\nfrom kernel.injection import faulty\n\n{function} = faulty({function})\n")
    for name, last_line in PROVIDERS.items():
        text = (root / name).read_text()
        assert last_line in text, f"{name} does not contain {last_line!r}: update the fault lane"
        provider = last_line.removeprefix("return ")
        (root / name).write_text(
            text.replace(
                last_line, f"from kernel.injection import FaultyProvider\n    return FaultyProvider({provider})"
            )
        )
    for pattern, changed in CHANGES.items():
        _replace(root / "template.yaml", pattern, changed)
    return root


def _replace(file: Path, pattern: str, by: str) -> None:
    text, found = re.subn(pattern, by, file.read_text())
    assert found, f"{file.name} does not contain {pattern}: update the fault lane"
    file.write_text(text)
