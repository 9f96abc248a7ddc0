"""Readiness: can this process serve pages and take on work?"""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from semarang_resilience.core.http import reads


@reads
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, migrations and broker. A dead broker is reported but does not make the portal unready:
    pages answer and accepted work waits in its rows until the broker is back."""
    checks = {"database": _database(), "migrations": False, "broker": _broker()}
    if checks["database"]:
        checks["migrations"] = _migrations()
    ready = checks["database"] and checks["migrations"]
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _broker() -> bool:
    try:
        return bool(
            redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5).ping()
        )
    except redis.RedisError:
        return False
