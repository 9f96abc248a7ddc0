"""Settings of the benchmarks: as the tests, with the guards of tests off and a bare view beside the pages."""

from semarang_resilience.settings.test import *  # noqa: F403  the whole of it is the point

ROOT_URLCONF = "tests.benchmarks.urls"
GUARD_READ_VIEWS = False
PUBLIC_PAGE_CACHE_BYTES = 8_000_000
PUBLISHED_VERSION_SECONDS = 2
PUBLIC_FORM_RATE = "1000000/min"  # the load comes from one address
LOGGING = {"version": 1, "disable_existing_loggers": False}
