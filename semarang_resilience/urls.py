"""The composition root: every address of the portal. Public addresses carry the language."""

from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from assessment.views.survey_device import survey_worker
from semarang_resilience.core.http import public
from semarang_resilience.portal.views import health

# The repair pages have no login of their own: it would know neither the second factor nor rate limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", public(RedirectView.as_view(url="/id/")), name="root"),
    path("readyz", public(health.readyz), name="readyz"),
    path("survey-worker.js", survey_worker, name="survey_worker"),  # at the root: it serves both languages
    path("admin/", admin.site.urls),
    path("api/v1/", include("semarang_resilience.api.urls")),
    *i18n_patterns(
        path("", include("semarang_resilience.portal.urls")),
        path("", include("semarang_resilience.exchange.urls")),
        path("", include("stakeholders.urls")),
        path("", include("assessment.urls")),
        path("", include("strategy.urls")),
        path("", include("actions.urls")),
        path("", include("semarang_resilience.documents.urls")),
        path("", include("semarang_resilience.accounts.urls")),
        path("", include("semarang_resilience.mail.urls")),
        path("akun/", include("allauth.account.urls")),
        path("akun/2fa/", include("allauth.mfa.urls")),
    ),
]
