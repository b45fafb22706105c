"""Start the saga of an order, when an event asks for it."""

from kernel.queue_consumer import Unprocessable, queue_consumer

from kernel.cloud_event import CloudEvent

import fulfilment_run
import order_store
from order import UnknownOrder


@queue_consumer
def handler(event: CloudEvent) -> None:
    """Start the run that this event causes. Its name follows from the event, so that a copy starts no second one.

    Raises:
        Unprocessable: there is no such order.
    """
    try:
        stored = order_store.load(event.subject)
    except UnknownOrder as error:
        raise Unprocessable(f"there is no order {event.subject}") from error
    fulfilment_run.start(f"{event.subject}-{event.sequence}", stored, event.id)
