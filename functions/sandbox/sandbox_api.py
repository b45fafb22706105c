"""Lambda entry point of the sandbox providers: what a customer does at the bank, and what happens to a parcel."""

import decide_payment
import move_shipment
from kernel.http_application import http_application

handler = http_application(decide_payment.routes, move_shipment.routes)
