"""Lambda entry point of the sandbox providers: the bank, the movements of a parcel, and planned faults."""

import decide_payment
import move_shipment
import plan_faults
from kernel.http_application import http_application

handler = http_application(decide_payment.routes, move_shipment.routes, plan_faults.routes)
