"""Send a message to a queue of the local stack, as a broken producer would. Used in lab 3.

python -m tools.labs.send_message LoyaltyQueue 'no event'
"""

import sys

from botocore.exceptions import BotoCoreError, ClientError

from tools.labs.lab_state import LabState
from tools.local_cloud.cloud import ROOT, LocalCloud
from tools.local_cloud.stack import Stack


def main(queue: str, body: str, cloud: LocalCloud) -> str:
    """Send `body` to the queue with this logical id in template.yaml.

    Returns:
        The message to print.
    """
    state = LabState(ROOT, Stack.read(cloud.stack_file))
    if queue not in state.resources:
        return f"The deployed stack has no {queue}. If it is in template.yaml, deploy with: make up"
    state.aws.sqs.send_message(QueueUrl=state.resources[queue], MessageBody=body)
    return f"Sent to {queue}: {body}"


if __name__ == "__main__":
    try:
        print(main(sys.argv[1], sys.argv[2], LocalCloud.of_developer()))  # noqa: T201 (output of a command)
    except FileNotFoundError:
        sys.exit("Nothing is deployed yet. Run `make up` first.")
    except IndexError:
        sys.exit("Which queue, and which message? Example: python -m tools.labs.send_message LoyaltyQueue 'no event'")
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"{error}\nCheck with `make status` whether the stack is running.")
