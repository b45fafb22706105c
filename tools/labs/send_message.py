"""Send a message to a queue of the local stack, as a producer gone wrong would: for lab 3.

python -m tools.labs.send_message LoyaltyQueue 'no event'
"""

import sys

from botocore.exceptions import BotoCoreError, ClientError

from tools.labs.evidence import Evidence
from tools.local_cloud.cloud import ROOT, LocalCloud
from tools.local_cloud.stack import Stack


def main(queue: str, body: str, cloud: LocalCloud) -> str:
    """Send `body` to the queue of this name in template.yaml.

    Returns: what to tell of it.
    """
    evidence = Evidence(ROOT, Stack.read(cloud.stack_file))
    if queue not in evidence.resources:
        return f"There is no {queue} in the deployed stack. Is it in template.yaml? Then: make up"
    evidence.aws.sqs.send_message(QueueUrl=evidence.resources[queue], MessageBody=body)
    return f"Sent to {queue}: {body}"


if __name__ == "__main__":
    try:
        print(main(sys.argv[1], sys.argv[2], LocalCloud.of_developer()))  # noqa: T201 (a command's answer)
    except FileNotFoundError:
        sys.exit("Nothing is deployed yet. `make up` does it.")
    except IndexError:
        sys.exit("Say which queue, and what to send: python -m tools.labs.send_message LoyaltyQueue 'no event'")
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"{error}\nDoes it run? `make status` tells.")
