"""Stop an order's saga in the middle, and watch the sweeper recover it. Used in lab 2."""

import sys

from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloud
from tools.local_cloud.reachability import running_stack
from tools.local_cloud.sign_in import shop_as
from tools.local_cloud.stack import Stack
from tools.terminal import order_timeline, order_tracking
from tools.terminal.console import SafeConsole, reports_errors

# The provider does not answer the first two calls, which leaves time to stop the run.
SLOW = "pm_gateway_flaky"


@reports_errors
def main() -> int:
    """Place an order, stop its run when the stock is reserved, and follow the order to its end.

    Returns:
        The exit status: 0 if the order was confirmed, else 1.
    """
    console = SafeConsole(highlight=False, soft_wrap=True)
    stack = running_stack(LocalCloud.of_developer())
    with shop_as(stack, "alice") as shop:
        order_id = shop.place_order(order_tracking.draft_order(shop.products(), SLOW))["order_id"]
        console.print(f"alice's order {order_id}. Its events as they arrive:\n")
        for snapshot in order_tracking.follow_order(shop, order_id):
            if "StockReserved" in snapshot.types:
                break
        run = stop(Aws(stack.emulator_url), stack, order_id)
        console.print(f"StockReserved. The run {run} was stopped, as if its machine had failed.")
        console.print("Once a minute, the sweeper restarts orders that have had no event for a while.\n")
        end = order_timeline.show_timeline(console, order_tracking.follow_order(shop, order_id))
    return 0 if end.status == "CONFIRMED" else 1


def stop(aws: Aws, stack: Stack, order_id: str) -> str:
    """Stop the order's first run, which OrderPlaced started, and return the run's name."""
    run = f"{order_id}-1"
    machine = stack.outputs["FulfilOrderStateMachineArn"]
    aws.step_functions.stop_execution(executionArn=f"{machine.replace(':stateMachine:', ':execution:')}:{run}")
    return run


if __name__ == "__main__":
    sys.exit(main())
