"""Settings shared by development, tests and production, in the order a reader asks for them."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from .files import files_storage
from .logs import logging_config

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parents[2]

# -- identity ---------------------------------------------------------------------------------------
SITE_NAME = "Portal Ketahanan Kota Semarang"
ROOT_URLCONF = "semarang_resilience.urls"
WSGI_APPLICATION = "semarang_resilience.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- apps: edges first, kernel last; arrows between them are held by import-linter -------------------
INSTALLED_APPS = [
    "semarang_resilience.portal",
    "semarang_resilience.api",
    "semarang_resilience.exchange",
    "semarang_resilience.demo",
    "semarang_resilience.documents",
    "actions",
    "strategy",
    "assessment",
    "stakeholders",
    "semarang_resilience.accounts",
    "semarang_resilience.places",
    "semarang_resilience.mail",
    "semarang_resilience.core",
    "modeltranslation",  # before admin, whose forms it extends
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "rules",
    "django_structlog",
    "csp",
]

MIDDLEWARE = [
    "semarang_resilience.core.middleware.HealthMiddleware",  # before anything that could touch a database
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "semarang_resilience.accounts.middleware.StaffTwoFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "semarang_resilience.core.middleware.OversizedFormMiddleware",
    "semarang_resilience.core.middleware.RefusalMiddleware",
]

# -- templates -----------------------------------------------------------------------------------------
_LOADERS = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "semarang_resilience.core.context.site",
            ],
            "builtins": ["template_partials.templatetags.partials", "django.templatetags.i18n"],
            "loaders": [
                ("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", _LOADERS)])
            ],
        },
    }
]

# -- database, cache, broker --------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
STATEMENT_TIMEOUT_MS = env.int("STATEMENT_TIMEOUT_MS", default=10_000)
DATABASES["default"].setdefault("OPTIONS", {})["options"] = f"-c statement_timeout={STATEMENT_TIMEOUT_MS}"
REDIS_URL = env.str("REDIS_URL")
# The cache is in process: public pages are keyed by their version, so nothing needs to be shared,
# and a dead Redis can never turn a page into an error (docs/adr/0002).
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}}
}
# core/http_cache.py; 0 switches it off
PUBLIC_PAGE_CACHE_BYTES = env.int("PUBLIC_PAGE_CACHE_BYTES", default=32_000_000)
PUBLISHED_VERSION_SECONDS = 2

# -- accounts ------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:today"
LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "semarang_resilience.accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by the office, never by sign-up
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody is written to because somebody typed an address
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "5/m/ip,3/h/key",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SITE_NAME
STAFF_TWO_FACTOR_REQUIRED = env.bool("STAFF_TWO_FACTOR_REQUIRED", default=True)
EXAMPLE_CITY_ALLOWED = True  # its logins have a public password; production says no

# -- languages -----------------------------------------------------------------------------------------
LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
MODELTRANSLATION_DEFAULT_LANGUAGE = "id"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("id", "en")
TIME_ZONE = "Asia/Jakarta"
USE_I18N = USE_TZ = True

# -- files ---------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "var" / "static")))
STATICFILES_DIRS = [("dist", BASE_DIR / "static" / "dist"), ("img", BASE_DIR / "static" / "img")]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media")))
# With a bucket, uploads and editions are kept there (any S3-compatible service) instead of MEDIA_ROOT.
STORAGES = {
    "default": files_storage(env),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MAX_UPLOAD_BYTES = 10_000_000  # the largest file that any form takes
MAX_REQUEST_BYTES = MAX_UPLOAD_BYTES + 2_000_000  # with the other fields of its form (core/middleware.py)
DATA_UPLOAD_MAX_NUMBER_FILES = 10
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # a form is text; 1 MB is already more than any of ours
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# -- security ------------------------------------------------------------------------------------------
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "semarang_resilience.core.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [NONE],  # only the pages of the answer form have one
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# -- survey, anonymity ---------------------------------------------------------------------------------
SMALL_GROUP_THRESHOLD = 5  # groups below this n are hidden
SURVEY_TEXT_MAX_LENGTH = 2_000
PUBLIC_FORM_RATE = env.str("PUBLIC_FORM_RATE", default="120/min")
RESULTS_CSV_RATE = env.str("RESULTS_CSV_RATE", default="60/min")  # downloads of results by one address
SURVEY_DRAFT_RATE = "30/min"  # for one link; forms save every three seconds at most
# Tokens of survey links are derived with it (docs/adr/0012); where it is not given, with SECRET_KEY.
SURVEY_LINK_KEY = env.str("SURVEY_LINK_KEY", default="")
# A whole room shares one address: many answers, but few codes that do not exist.
WORKSHOP_ANSWER_RATE = env.str("WORKSHOP_ANSWER_RATE", default="1500/min")
WORKSHOP_WRONG_CODE_RATE = env.str("WORKSHOP_WRONG_CODE_RATE", default="30/min")
WORKSHOP_SEATS = 500  # phones in one workshop

# -- letters (semarang_resilience/mail) -------------------------------------------------------------------
# A worker has no request that would tell the portal's address, so it is a setting.
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{env.int('PORT', default=8000)}")
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 15  # seconds for each answer of the mail server
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portal@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_REPLY_TO = env.str("MAIL_REPLY_TO", default="")
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", default=240)  # longer than one letter can take
MAIL_SWEEP_SECONDS = env.float("MAIL_SWEEP_SECONDS", default=30.0)
MAIL_ATTEMPTS = 5
MAIL_ADDRESS_DAYS = env.int("MAIL_ADDRESS_DAYS", default=365)  # then a sent letter forgets its address
MY_DATA_RATE = env.str("MY_DATA_RATE", default="60/min")
MY_DATA_ASK_RATE = env.str("MY_DATA_ASK_RATE", default="10/h")
CHOOSE_PASSWORD_RATE = env.str("CHOOSE_PASSWORD_RATE", default="30/min")
UNSUBSCRIBE_RATE = env.str("UNSUBSCRIBE_RATE", default="60/min")

# -- background work -------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the hard time limit, or a slow task would be started twice; the two unacked_*
    # options make the Redis transport look for stranded messages every 2 s instead of every 100 s.
    "visibility_timeout": 900,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    # A dead broker must cost the request milliseconds, not a connection retry.
    "socket_connect_timeout": 0.5,
    "socket_timeout": 10,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 50
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    # The sweeper must not wait behind the very editions that it looks after.
    "documents.requeue_owed_editions": {"queue": "default"},
    "documents.requeue_owed_paper_forms": {"queue": "default"},
    "documents.*": {"queue": "documents"},
    "mail.*": {"queue": "mail"},
}
CELERY_BEAT_SCHEDULE = {
    "requeue-owed-editions": {
        "task": "documents.requeue_owed_editions",
        "schedule": env.float("EDITION_SWEEP_SECONDS", default=15.0),
    },
    "carry-out-owed-imports": {"task": "exchange.carry_out_owed", "schedule": 60.0},
    "expire-imports": {"task": "exchange.expire_imports", "schedule": 3600.0},
    "fold-responses": {"task": "assessment.fold_responses", "schedule": 10.0},
    "requeue-owed-paper-forms": {"task": "documents.requeue_owed_paper_forms", "schedule": 30.0},
    "count-due-paper-sheets": {"task": "assessment.count_due_paper_sheets", "schedule": 3600.0},
    "end-forgotten-workshops": {"task": "assessment.end_forgotten_workshops", "schedule": 3600.0},
    "close-due-surveys": {"task": "assessment.close_due_surveys", "schedule": 60.0},
    "forget-stale-drafts": {"task": "assessment.forget_stale_drafts", "schedule": 3600.0},
    "settle-merges": {"task": "stakeholders.settle_merges", "schedule": 60.0},
    "remind-of-agreements": {"task": "stakeholders.remind_of_agreements", "schedule": 3600.0},
    "send-due-messages": {"task": "mail.send_due_messages", "schedule": MAIL_SWEEP_SECONDS},
    "forget-old-addresses": {"task": "mail.forget_old_addresses", "schedule": 86_400.0},
}
EDITION_LEASE_SECONDS = env.int("EDITION_LEASE_SECONDS", default=60)
EDITION_ATTEMPT_CAP = 3

# -- API ------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PERMISSION_CLASSES": ["semarang_resilience.api.access.ReadPublished"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "semarang_resilience.api.pagination.NumberedPages",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.ScopedRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"open_data": "120/min"},
    "NUM_PROXIES": 0,  # without a proxy of ours, X-Forwarded-For is the visitor's own invention
    "EXCEPTION_HANDLER": "semarang_resilience.api.errors.handle",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Portal Ketahanan Kota Semarang",
    "DESCRIPTION": "Open data of the city's resilience programme: read-only, published rows only.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

# -- logs -----------------------------------------------------------------------------------------------
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # who answers a survey stays unknown (docs/adr/0005)
LOGGING = logging_config(env.str("LOG_LEVEL", default="INFO"))
