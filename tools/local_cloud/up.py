"""Bring a local cloud up, and take it down."""

import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from tools.deployment import build, build_web, deploy, deploy_web, sam_local
from tools.local_cloud import container_gateway, emulator, seed, stack, web_server
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import REGION, STACK_NAME, LocalCloud, LocalCloudError
from tools.local_cloud.only_one import only_one
from tools.local_cloud.sign_in import id_token
from tools.local_cloud.stack import Stack
from tools.terminal.progress import Steps
from tools.terminal.shop import Shop


def bring_up(cloud: LocalCloud, steps: Steps) -> Stack:
    """Start, build, deploy, serve and seed what is not there yet.

    Returns: the stack, as it is now in `cloud.stack_file`.

    Raises:
        LocalCloudError: with what is wrong and what to do.
    """
    with only_one(cloud.state_dir / "up.lock"):
        web_server.require_port(cloud)
        build_web.require_node()
        before = _before(cloud)
        # It starts while SAM builds; and the page, the longest of all, is built beside the rest.
        started = emulator.launch(cloud)
        with ThreadPoolExecutor(1) as beside:
            page = beside.submit(build_web.build_web)
            build_what_changed(cloud, steps)
            _wait_for_emulator(cloud, steps, started=started, before=before)
            container_gateway.start(cloud)
            _deploy(cloud, steps)
            _wait_for_page(page, steps)
        return _serve_and_seed(cloud, steps)


def build_what_changed(cloud: LocalCloud, steps: Steps) -> None:
    """Build, unless the sources are what is built already.

    Raises:
        LocalCloudError: with what is wrong and what to do.
    """
    with steps.step("Building the functions and layers (sam build)", "Built the functions and layers") as step:
        if not build.build(cloud):
            step.done = "Nothing to build: the sources are unchanged"


def take_down(cloud: LocalCloud) -> bool:
    """Stop what this cloud started, and forget what was in it.

    Returns: whether something was running.
    """
    web = web_server.process(cloud).stop()
    container_gateway.process(cloud).stop()
    engine = emulator.stop(cloud)
    cloud.stack_file.unlink(missing_ok=True)
    deploy.forget(cloud)
    sam_local.forget(cloud)
    return web or engine


def remove(cloud: LocalCloud) -> None:
    """Take a cloud for tests down and delete its files."""
    take_down(cloud)
    with suppress(FileNotFoundError):
        shutil.rmtree(cloud.state_dir)


def _wait_for_page(page: "Future[bool]", steps: Steps) -> None:
    with steps.step("Building the web page (npm ci, Vite)", "Built the web page, beside all that") as step:
        if not page.result():
            step.done = "Nothing to build for the web page: its sources are unchanged"


def _before(cloud: LocalCloud) -> str:
    """What to say of the emulator that this one replaces."""
    port = emulator.process(cloud).port()
    if port not in (None, cloud.emulator_port):
        return f"; the one on port {port} is stopped and forgotten"
    if port is None and cloud.stack_file.exists():
        return "; the last one had ended, what was in it is gone"
    return ""


def _wait_for_emulator(cloud: LocalCloud, steps: Steps, *, started: bool, before: str) -> None:
    done = f"MiniStack, the AWS emulator, {'started' if started else 'runs'} on {cloud.emulator_url}{before}"
    with steps.step("Waiting for MiniStack, the AWS emulator", done) as step:
        try:
            emulator.wait_until_it_answers(cloud)
            reason = deploy.restart_reason(cloud)
        except LocalCloudError:
            if started:
                raise
            reason = "it ran but did not answer"
        if reason:
            step.note(f"{reason}; starting afresh")
            emulator.restart(cloud)
            step.done = f"MiniStack started afresh, since {reason}; what was in it is gone"


def _deploy(cloud: LocalCloud, steps: Steps) -> None:
    with steps.step(f"Deploying stack {STACK_NAME} (sam deploy)", f"Deployed stack {STACK_NAME}") as step:
        if deploy.is_current(cloud):
            step.done = f"Nothing to deploy: stack {STACK_NAME} is up to date"
        else:
            deploy.deploy(cloud, lambda ready: step.note(f"{ready} resources ready"))


def _serve_and_seed(cloud: LocalCloud, steps: Steps) -> Stack:
    aws = Aws(cloud.emulator_url)
    outputs = deploy.outputs(cloud)
    deployed = Stack(
        emulator_url=cloud.emulator_url,
        api_url=stack.api_url(cloud.emulator_url, outputs["ApiId"]),
        web_url=cloud.web_url,
        region=REGION,
        stack_name=STACK_NAME,
        outputs=outputs,
        users=seed.USERS,
    )
    with steps.step("Uploading the web page", f"The web page is on {cloud.web_url}"):
        deploy_web.deploy_web(build_web.distribution(), deployed)
        deployed.write(cloud.stack_file)
        sam_local.write_settings(cloud)
        web_server.start(cloud)
    with steps.step("Seeding users and products", "Users and products are there already: left alone") as step:
        seed.verify_sender(aws)
        users = seed.seed_users(aws, outputs["UserPoolId"])
        with Shop(deployed.api_url, id_token(deployed, deployed.users["operator"])) as shop:
            products = seed.seed_products(shop)
        if users or products:
            step.done = f"Seeded {products} products and {users} users; what was there is left alone"
    return deployed
