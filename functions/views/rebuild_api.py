"""Lambda entry point of the views: the routes of the API that rebuild them."""

import get_rebuild
import start_rebuild
from kernel.http_application import http_application

handler = http_application(start_rebuild.routes, get_rebuild.routes)
