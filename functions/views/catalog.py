"""Lambda entry point of the views: the public query, which has its own concurrency limit (CatalogConcurrency)."""

import list_products
from kernel.http_application import http_application

handler = http_application(list_products.routes)
