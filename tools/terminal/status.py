"""Show what is running, what is deployed, and how many messages the queues hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tools.deployment import build, deploy
from tools.local_cloud import emulator, reachability, resources, web_server
from tools.local_cloud.aws import Aws
from tools.local_cloud.background import BackgroundProcess
from tools.local_cloud.cloud import LocalCloud
from tools.local_cloud.reachability import Reach

DEAD_LETTER_QUEUES = ("DeadLetterQueue", "UnreadableRecordsQueue", "StreamFailuresQueue")


@dataclass(frozen=True)
class QueueDepth:
    """The number of messages in a queue."""

    name: str
    waiting: int
    in_flight: int

    @property
    def has_dead_letters(self) -> bool:
        """Whether this is a dead-letter queue that is not empty."""
        return self.waiting > 0 and self.name.endswith(DEAD_LETTER_QUEUES)


def show(console: Console, cloud: LocalCloud) -> bool:
    """Print the state of the local cloud.

    Returns:
        Whether everything is running and deployed.
    """
    reached = reachability.reach(cloud) if emulator.process(cloud).find() else Reach.NOT_RUNNING
    runs = reached is Reach.RUNNING
    web = Reach.RUNNING if web_server.process(cloud).find() else Reach.NOT_RUNNING
    grid = Table.grid(padding=(0, 2))
    grid.add_row("emulator", _coloured(reached), cloud.emulator_url, _log(cloud, emulator.process(cloud)))
    grid.add_row("web", _coloured(web), cloud.web_url, _log(cloud, web_server.process(cloud)))
    status = deploy.stack_status(cloud) if runs else None
    is_deployed = status in deploy.COMPLETE
    if reached is not Reach.BUSY:
        shown = status if is_deployed else f"[red]{status or 'not deployed'}[/red]"
        grid.add_row("stack", shown, "", _freshness(cloud) if status else "")
    console.print(grid)
    if status:
        aws = Aws(cloud.emulator_url)
        _show_functions(console, aws)
        show_queues(console, queue_depths(aws))
    if reached is Reach.BUSY:
        console.print("\nThe emulator is busy and did not respond in time. Run `make status` again.")
        return False
    complete = runs and web is Reach.RUNNING and is_deployed
    if not complete:
        console.print("\n`make up` starts what is missing and repeats a failed deployment.")
    return complete


def queue_depths(aws: Aws) -> list[QueueDepth]:
    """Return the depth of each queue of the stack."""
    return [_depth(aws, queue) for queue in resources.of_kind(aws, "AWS::SQS::Queue")]


def _depth(aws: Aws, queue: resources.Resource) -> QueueDepth:
    response = aws.sqs.get_queue_attributes(QueueUrl=queue.physical_id, AttributeNames=["All"])
    counts = response["Attributes"]
    return QueueDepth(
        queue.logical_id,
        waiting=int(counts["ApproximateNumberOfMessages"]),
        in_flight=int(counts["ApproximateNumberOfMessagesNotVisible"]),
    )


def _show_functions(console: Console, aws: Aws) -> None:
    names = sorted(f.logical_id.removesuffix("Function") for f in resources.of_kind(aws, "AWS::Lambda::Function"))
    console.print(f"\n{len(names)} functions: {', '.join(names)}")


def show_queues(console: Console, depths: Sequence[QueueDepth]) -> None:
    """Print the queues that hold messages, and how many are empty."""
    used = [depth for depth in depths if depth.waiting or depth.in_flight]
    if not used:
        console.print(f"\n{len(depths)} queues, all empty")
        return
    table = Table(box=None, padding=(0, 2), header_style="dim")
    table.add_column("queue")
    table.add_column("waiting", justify="right")
    table.add_column("in flight", justify="right")
    for depth in sorted(used, key=lambda depth: depth.name):
        colour = "red" if depth.has_dead_letters else "default"
        table.add_row(depth.name, f"[{colour}]{depth.waiting}[/{colour}]", str(depth.in_flight))
    console.print()
    console.print(table)
    if empty := len(depths) - len(used):
        console.print(f"\n{empty} other {'queue is' if empty == 1 else 'queues are'} empty")


def _coloured(reached: Reach) -> str:
    colour = {Reach.RUNNING: "green", Reach.BUSY: "yellow", Reach.NOT_RUNNING: "red"}[reached]
    return f"[{colour}]{reached}[/{colour}]"


def _freshness(cloud: LocalCloud) -> str:
    fresh = build.is_current(cloud) and deploy.is_current(cloud)
    return "up to date" if fresh else "[yellow]older than the sources[/yellow]"


def _log(cloud: LocalCloud, process: BackgroundProcess) -> str:
    return f"[dim]log {escape(str(process.log_file.relative_to(cloud.root)))}[/dim]"
