# The portal for production. Targets: `portal` (web, worker, scheduler, migrate) and `proxy` (TLS).
ARG PYTHON=3.13
ARG NODE=22

FROM node:${NODE}-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY static static
RUN npm run build

FROM python:${PYTHON}-slim AS packages
COPY requirements.txt .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r requirements.txt

FROM python:${PYTHON}-slim AS portal
# What WeasyPrint needs to lay out text, and one complete typeface for PDF editions.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /tmp --shell /usr/sbin/nologin portal
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=semarang_resilience.settings.production
WORKDIR /portal
COPY --from=packages /venv /venv
COPY . .
COPY --from=assets /build/static/dist static/dist
# The settings refuse to load half-set; these values exist only in this step and open nothing.
RUN SECRET_KEY=only-while-the-image-is-built-0123456789-abcdefghijklmnop ALLOWED_HOSTS=image \
    DATABASE_URL=postgresql://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0 \
    deploy/start.sh collect \
    && mkdir -p var/media && chown portal:portal var/media
USER portal
EXPOSE 8000
ENTRYPOINT ["deploy/start.sh"]
CMD ["web"]
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s CMD ["deploy/start.sh", "health", "web"]

FROM caddy:2 AS proxy
COPY deploy/Caddyfile /etc/caddy/Caddyfile
# Volumes take over the owner of the directory they are laid upon.
RUN adduser -D -H -u 10002 proxy && mkdir -p /data/caddy /config/caddy && chown -R proxy:proxy /data /config
USER proxy
EXPOSE 8080 8443
HEALTHCHECK --interval=15s --timeout=6s CMD ["wget", "-q", "--spider", "http://127.0.0.1:8081/"]
