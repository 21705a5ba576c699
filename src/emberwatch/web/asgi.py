"""The ASGI application that servers run."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emberwatch.web.settings")
application = get_asgi_application()
