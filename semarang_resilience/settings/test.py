"""Tests: as production wherever it matters (PostgreSQL, broker, CSP, two-factor on by default)."""

import os

os.environ.setdefault("DATABASE_URL", "postgresql://postgres@localhost:5432/semarang")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:6379/15")

from .base import *  # noqa: F403  the whole of base is the point

DEBUG = False
SECRET_KEY = "tests-only-key"  # noqa: S105
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Browser tests read the letters of another process from a folder.
EMAIL_FILE_PATH = os.environ.get("TEST_MAIL_FOLDER", "")
if "EMAIL_URL" not in os.environ:  # workers of the fault tests write to a real mail server
    EMAIL_BACKEND = f"django.core.mail.backends.{'filebased' if EMAIL_FILE_PATH else 'locmem'}.EmailBackend"
STAFF_TWO_FACTOR_REQUIRED = False  # switched on in the tests that are about it
GUARD_READ_VIEWS = True  # a view marked @reads may only SELECT
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
PUBLIC_PAGE_CACHE_BYTES = 0  # a rolled-back test must not hand its pages to the next
PUBLISHED_VERSION_SECONDS = 0
