"""Lambda entry point of the returns service: its steps of the state machines attend_order and refund_return."""

from answer_return import answer_return
from complete_return import complete_return
from kernel.saga_step import saga_steps
from refund_lost_shipment import refund_lost_shipment
from request_return_attention import request_return_attention
from resolve_return import resolve_return

handler = saga_steps(answer_return, complete_return, refund_lost_shipment, request_return_attention, resolve_return)
