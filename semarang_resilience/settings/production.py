"""Production: everything secret comes from the environment, and a half-set environment refuses to start."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403  the whole of base is the point
from .base import env

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

if len(SECRET_KEY) < 50 or SECRET_KEY.startswith("development"):
    raise ImproperlyConfigured("SECRET_KEY must be a random string of at least 50 characters.")
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts of this portal.")
if env.bool("DEBUG", default=False):
    raise ImproperlyConfigured("DEBUG cannot be switched on in production.")
if not STAFF_TWO_FACTOR_REQUIRED:  # noqa: F405
    raise ImproperlyConfigured("STAFF_TWO_FACTOR_REQUIRED cannot be switched off in production.")
EXAMPLE_CITY_ALLOWED = env.bool("EXAMPLE_CITY_ALLOWED", default=False)

STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}  # noqa: F405
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Rate limits count people, not the proxy; it replaces what a browser writes into X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1)
REST_FRAMEWORK["NUM_PROXIES"] = ALLAUTH_TRUSTED_PROXY_COUNT  # noqa: F405
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SITE_URL = env.str("SITE_URL", default=f"https://{ALLOWED_HOSTS[0]}")
