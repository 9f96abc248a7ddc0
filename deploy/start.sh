#!/bin/sh
# One start script for every process of the portal, in a container and outside.
#   start.sh web | worker | scheduler     run until SIGTERM
#   start.sh migrate                      bring the database up to date, then end
#   start.sh manage COMMAND ...           any command of Django or of the portal
#   start.sh collect                      compile translations and gather static files (while building the image)
#   start.sh health web|worker|scheduler  is that process well? (container health checks)
# The settings come from the environment: see docs/operations.md.
set -eu
cd "$(dirname "$0")/.."
export DJANGO_SETTINGS_MODULE="${DJANGO_SETTINGS_MODULE:-semarang_resilience.settings.production}"
export PYTHONUNBUFFERED=1
schedule="${SCHEDULE_FILE:-/tmp/portal-schedule}"
node="${WORKER_NAME:-worker@$(hostname)}"

# A page must answer soon; a document may think longer.
background() { export STATEMENT_TIMEOUT_MS="${STATEMENT_TIMEOUT_MS:-300000}"; }

case "${1:-}" in
web)
    exec gunicorn --config deploy/gunicorn.conf.py semarang_resilience.wsgi:application
    ;;
worker)
    background
    exec celery --quiet -A semarang_resilience worker --hostname "$node" --loglevel "${LOG_LEVEL:-INFO}" \
        -Q "${WORKER_QUEUES:-default,mail,documents}" --concurrency "${WORKER_CONCURRENCY:-2}"
    ;;
scheduler)
    background
    exec celery --quiet -A semarang_resilience beat --pidfile= --schedule "$schedule" --loglevel "${LOG_LEVEL:-INFO}"
    ;;
migrate)
    STATEMENT_TIMEOUT_MS=0 exec python manage.py migrate --no-input
    ;;
manage)
    shift
    exec python manage.py "$@"
    ;;
collect)
    python -m tools.messages compile
    exec python manage.py collectstatic --no-input
    ;;
health)
    case "${2:-}" in
    web)
        exec python -c "
import os, urllib.request
urllib.request.urlopen('http://127.0.0.1:%s/healthz' % os.environ.get('PORT', '8000'), timeout=5)"
        ;;
    worker)
        exec celery --quiet -A semarang_resilience inspect ping --destination "$node" --timeout 10
        ;;
    scheduler)
        # The scheduler saves its schedule every three minutes, and nothing else touches that file.
        test -n "$(find "$(dirname "$schedule")" -maxdepth 1 -name "$(basename "$schedule")*" -mmin -10)"
        exit
        ;;
    esac
    ;;
esac
echo "usage: $0 {web|worker|scheduler|migrate|manage|collect|health web|health worker|health scheduler}" >&2
exit 64
