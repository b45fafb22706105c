"""Project events into the views. Takes them in any order and any number of copies."""

from event_models import InvalidEvent
from kernel.cloud_event import CloudEvent
from kernel.queue_consumer import Unprocessable, queue_consumer
from projection import project
from view_upcasters import upcast


@queue_consumer
def handler(event: CloudEvent) -> None:
    """Project an event from the queue.

    Raises:
        Unprocessable, pydantic.ValidationError: The event is not what its type promises: a dead letter.
        ClientError: A fault of DynamoDB. The queue delivers the event again.
    """
    try:
        project(upcast(event))
    except InvalidEvent as error:
        raise Unprocessable(str(error)) from error
