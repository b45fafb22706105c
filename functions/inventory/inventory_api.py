"""Lambda entry point of the inventory service: its API routes."""

import adjust_stock
import put_product
from kernel.http_application import http_application

handler = http_application(put_product.routes, adjust_stock.routes)
