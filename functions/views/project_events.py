"""Project events into the views. Takes them in any order and any number of copies."""

from kernel.queue_consumer import queue_consumer

from kernel.cloud_event import CloudEvent

from projection import project


@queue_consumer
def handler(event: CloudEvent) -> None:
    """Take an event from the queue. Raises: ClientError: it comes again."""
    project(event)
