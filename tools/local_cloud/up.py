"""Start and stop a local cloud."""

import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from tools.deployment import build, build_web, deploy, deploy_web, sam_local
from tools.local_cloud import container_gateway, emulator, seed, stack, web_server
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import REGION, STACK_NAME, LocalCloud, LocalCloudError
from tools.local_cloud.lock_file import exclusive_lock
from tools.local_cloud.sign_in import shop_as
from tools.local_cloud.stack import Stack
from tools.terminal.progress import Steps


def bring_up(cloud: LocalCloud, steps: Steps) -> Stack:
    """Start the emulator, build, deploy, serve the web page and seed. Skips what is up to date.

    Returns:
        The deployed stack, as `cloud.stack_file` describes it.

    Raises:
        LocalCloudError: A step failed. The message says what is wrong and what to do.
    """
    busy = "Another `make up` of this checkout is running. Wait until it has finished."
    with exclusive_lock(cloud.state_dir / "up.lock", if_held=busy):
        web_server.require_port(cloud)
        build_web.require_node()
        previous = _previous_emulator(cloud)
        # The emulator starts while SAM builds. The page, which takes longest, is built in parallel to everything else.
        started = emulator.launch(cloud)
        with ThreadPoolExecutor(1) as executor:
            page = executor.submit(build_web.build_web)
            build_what_changed(cloud, steps)
            _wait_for_emulator(cloud, steps, started=started, previous=previous)
            container_gateway.start(cloud)
            _deploy(cloud, steps)
            _wait_for_page(page, steps)
        return _serve_and_seed(cloud, steps)


def build_what_changed(cloud: LocalCloud, steps: Steps) -> None:
    """Build the functions and layers, unless the build is up to date.

    Raises:
        LocalCloudError: The build failed.
    """
    with steps.step("Building the functions and layers (sam build)", "Built the functions and layers") as step:
        if not build.build(cloud):
            step.done = "Nothing to build: the sources are unchanged"


def take_down(cloud: LocalCloud) -> bool:
    """Stop the processes of this cloud and delete its data.

    Returns:
        Whether something was running.
    """
    web = web_server.process(cloud).stop()
    container_gateway.process(cloud).stop()
    engine = emulator.stop(cloud)
    # They refer to the emulator that has stopped.
    cloud.stack_file.unlink(missing_ok=True)
    cloud.environments_file.unlink(missing_ok=True)
    deploy.mark_not_deployed(cloud)
    return web or engine


def remove(cloud: LocalCloud) -> None:
    """Stop a cloud for tests and delete its files."""
    take_down(cloud)
    with suppress(FileNotFoundError):
        shutil.rmtree(cloud.state_dir)


def _wait_for_page(page: "Future[bool]", steps: Steps) -> None:
    with steps.step("Building the web page (npm ci, Vite)", "Built the web page") as step:
        if not page.result():
            step.done = "Nothing to build for the web page: its sources are unchanged"


def _previous_emulator(cloud: LocalCloud) -> str:
    """Return what to report about the emulator that this run replaces. Empty if there is none."""
    port = emulator.process(cloud).port()
    if port not in (None, cloud.emulator_port):
        return f"; stopped the emulator on port {port} and deleted its data"
    if port is None and cloud.stack_file.exists():
        return "; the previous emulator had stopped and its data is lost"
    return ""


def _wait_for_emulator(cloud: LocalCloud, steps: Steps, *, started: bool, previous: str) -> None:
    done = f"MiniStack, the AWS emulator, {'started' if started else 'is running'} on {cloud.emulator_url}{previous}"
    with steps.step("Waiting for MiniStack, the AWS emulator", done) as step:
        try:
            emulator.wait_until_ready(cloud)
            reason = deploy.restart_reason(cloud)
        except LocalCloudError:
            if started:
                raise
            reason = "it did not respond"
        if reason:
            step.note(f"{reason}; restarting")
            emulator.restart(cloud)
            step.done = f"Restarted MiniStack because {reason}; its data is lost"


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
        live_url=stack.live_url(cloud.emulator_url, outputs["LiveApiId"]),
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
    with steps.step("Seeding users and products", "Users and products already exist") as step:
        seed.verify_sender(aws)
        users = seed.seed_users(aws, outputs["UserPoolId"])
        with shop_as(deployed, "operator") as shop:
            products = seed.seed_products(shop)
        if users or products:
            step.done = f"Added {products} products and {users} users"
    return deployed
