"""Lambda entry point of the views: the routes of the API that rebuild them."""

from kernel.http_application import http_application

import get_rebuild
import start_rebuild

handler = http_application(start_rebuild.routes, get_rebuild.routes)
