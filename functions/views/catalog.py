"""Lambda entry point of the views: the public query. It has a concurrency limit of its own (CatalogConcurrency)."""

from kernel.http_application import http_application

import list_products

handler = http_application(list_products.routes)
