"""Lambda entry point of the payments service: its saga steps."""

from authorize_payment import authorize_payment
from capture_payment import capture_payment
from kernel.saga_step import saga_steps
from void_payment import void_payment

handler = saga_steps(authorize_payment, capture_payment, void_payment)
