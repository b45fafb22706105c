"""Lambda entry point of the views: the API routes that start a rebuild and show its progress."""

import get_rebuild
import start_rebuild
from kernel.http_application import http_application

handler = http_application(start_rebuild.routes, get_rebuild.routes)
