"""Lambda entry point of the views: the public query. It has a concurrency limit of its own (CatalogConcurrency)."""

import list_products
from kernel.http_application import http_application

handler = http_application(list_products.routes)
