"""Lambda entry point of the orders service: its steps of the state machines fulfil_order and attend_order."""

from admit_waiting_order import admit_waiting_order
from answer_review import answer_review
from await_payment import await_payment
from confirm_order import confirm_order
from kernel.saga_step import saga_steps
from reject_order import reject_order
from request_attention import request_attention
from request_retry import request_retry
from request_review import request_review
from settle_order import settle_order

handler = saga_steps(
    admit_waiting_order,
    await_payment,
    confirm_order,
    reject_order,
    request_review,
    settle_order,
    request_attention,
    answer_review,
    request_retry,
)
