"""Development: `make run` sets the server addresses; the example logins work without two-factor."""

import os
from pathlib import Path

import environ

# `make run` writes down where its servers are, so that `manage.py` finds them from another terminal.
environ.Env.read_env(Path(__file__).resolve().parents[2] / ".local" / "servers.env")
os.environ.setdefault("DATABASE_URL", "postgresql://postgres@localhost:5432/semarang")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:6379/0")
os.environ.setdefault("STAFF_TWO_FACTOR_REQUIRED", "0")

from .base import *  # noqa: E402,F403  the whole of base is the point

DEBUG = True
SECRET_KEY = "development-only-key-never-used-in-production"  # noqa: S105
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
LOGGING = logging_config("INFO", readable=True)  # noqa: F405
