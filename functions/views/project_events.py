"""Lambda entry point that projects events into the views. Accepts any order and any number of duplicates."""

from event_models import InvalidEvent
from kernel.cloud_event import CloudEvent
from kernel.observability import measure_since
from kernel.queue_consumer import Unprocessable, queue_consumer
from projection import project
from view_upcasters import upcast


@queue_consumer
def handler(event: CloudEvent) -> None:
    """Project an event from the queue.

    Raises:
        Unprocessable: The views do not know the event, so it becomes a dead letter.
        pydantic.ValidationError: The event does not match its type, so it becomes a dead letter.
        ClientError: DynamoDB refused a write. SQS delivers the event again.
    """
    try:
        project(upcast(event))
    except InvalidEvent as error:
        raise Unprocessable(str(error)) from error
    # Not in `project`, because a rebuild projects events of any age.
    measure_since("ProjectionLag", event.time)
