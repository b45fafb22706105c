"""Lambda entry point of the inventory service: its routes of the API."""

from kernel.http_application import http_application

import adjust_stock
import put_product

handler = http_application(put_product.routes, adjust_stock.routes)
