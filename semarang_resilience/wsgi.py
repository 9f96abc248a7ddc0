"""WSGI entry point (sync Django is several times slower under ASGI: see docs/adr/0002)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "semarang_resilience.settings.production")
application = get_wsgi_application()
