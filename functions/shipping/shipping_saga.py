"""Lambda entry point of the shipping service: its saga steps."""

from book_shipment import book_shipment
from cancel_shipment import cancel_shipment
from kernel.saga_step import saga_steps

handler = saga_steps(book_shipment, cancel_shipment)
