"""Check which steps of a lab are done: `python -m tools.labs.check 1`."""

import sys
from collections.abc import Callable

from tools.labs.event_store import event_store
from tools.labs.first_order import first_order
from tools.labs.heal import heal
from tools.labs.lab_state import LabState, Step
from tools.labs.new_consumer import new_consumer
from tools.labs.new_saga_step import new_saga_step
from tools.labs.person_in_the_loop import person_in_the_loop
from tools.labs.returns import returns
from tools.labs.standard_and_express import standard_and_express
from tools.labs.to_aws import to_aws
from tools.labs.webhooks import webhooks
from tools.local_cloud.cloud import ROOT, LocalCloud
from tools.local_cloud.reachability import running_stack
from tools.terminal.console import SafeConsole, reports_errors

Check = Callable[[LabState], list[Step]]

# By lab number.
LABS: dict[str, Check] = {
    "1": first_order,
    "2": heal,
    "3": new_consumer,
    "4": new_saga_step,
    "5": event_store,
    "6": standard_and_express,
    "7": person_in_the_loop,
    "8": to_aws,
    "9": returns,
    "10": webhooks,
}


@reports_errors
def main(number: str, cloud: LocalCloud | None = None) -> int:
    """Print each step of the lab and whether it is done. The default is the developer's cloud.

    Returns:
        The exit status: 0 if all steps are done, else 1.
    """
    console = SafeConsole(highlight=False, soft_wrap=True)
    if number not in LABS:
        console.print(f"Which lab? Choose one: {', '.join(f'make check-lab N={lab}' for lab in LABS)}")
        return 1
    steps = LABS[number](LabState(ROOT, running_stack(cloud or LocalCloud.of_developer())))
    for step in steps:
        console.print(f"[green]✔[/green] {step.text}" if step.done else f"[red]✘[/red] {step.text}\n    {step.hint}")
    missing = sum(not step.done for step in steps)
    console.print("\nAll done." if not missing else f"\n{missing} of {len(steps)} steps missing.")
    return 1 if missing else 0


if __name__ == "__main__":
    # make passes an empty argument if N is not given.
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    sys.exit(main(wanted))
