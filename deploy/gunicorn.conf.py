"""Gunicorn for production: sync workers behind a buffering proxy (measured best for p99)."""

import gc
import os
from pathlib import Path

bind = f"{os.environ.get('HOST', '0.0.0.0')}:{os.environ.get('PORT', '8000')}"  # noqa: S104  in a container
workers = int(os.environ.get("WEB_WORKERS") or 2 * (os.cpu_count() or 1) + 1)
worker_class = "sync"
timeout = 30
graceful_timeout = 20
keepalive = 5
# A worker is replaced now and then, each at another moment, so that no leak grows for ever.
max_requests, max_requests_jitter = 5_000, 500
# The application is loaded once and shared; its heartbeat file must not wait for a disk.
preload_app = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  a file of its own
control_socket_disable = True
# The portal writes one structured line per request itself.
accesslog = None
errorlog = "-"


def when_ready(_server: object) -> None:
    """What is loaded now lives for ever: the collector keeps off it, and the workers go on sharing it."""
    gc.collect()
    gc.freeze()
