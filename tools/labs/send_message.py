"""Send a message to a queue of the local stack, as a broken producer would. Used in lab 3.

python -m tools.labs.send_message LoyaltyQueue 'no event'
"""

import sys

from tools.labs.lab_state import LabState
from tools.local_cloud.cloud import ROOT, LocalCloud, LocalCloudError
from tools.local_cloud.reachability import running_stack
from tools.terminal.console import reports_errors


@reports_errors
def main(queue: str, body: str) -> int:
    """Send `body` to the queue with this logical id in template.yaml, and return the exit status."""
    state = LabState(ROOT, running_stack(LocalCloud.of_developer()))
    if queue not in state.resources:
        raise LocalCloudError(f"The deployed stack has no {queue}. If it is in template.yaml, deploy with: make up")
    state.aws.sqs.send_message(QueueUrl=state.resources[queue], MessageBody=body)
    sys.stdout.write(f"Sent to {queue}: {body}\n")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("Which queue, and which message? Example: python -m tools.labs.send_message LoyaltyQueue 'no event'")
    sys.exit(main(*sys.argv[1:]))
