"""Lambda entry point of the payments service: its steps of the state machines."""

from authorize_payment import authorize_payment
from capture_payment import capture_payment
from kernel.saga_step import saga_steps
from refund_payment import refund_payment
from void_payment import void_payment

handler = saga_steps(authorize_payment, capture_payment, void_payment, refund_payment)
