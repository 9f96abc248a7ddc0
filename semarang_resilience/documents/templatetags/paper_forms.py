"""The printed questionnaire on a survey's page about paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.conf import settings

from assessment.models import Invitation, InvitationKind, Survey, SurveyVersion
from assessment.short_links import is_printable
from semarang_resilience.documents.models import PaperForm

register = template.Library()


@register.inclusion_tag("documents/paper_forms.html", takes_context=True)
def paper_forms(
    context: template.Context, *, survey: Survey, versions: Sequence[SurveyVersion]
) -> dict[str, Any]:
    """What has been set and the form that asks for more: two queries."""
    rows = PaperForm.objects.filter(version__survey=survey).select_related("version__survey", "invitation")
    links = Invitation.objects.filter(survey=survey, kind=InvitationKind.OPEN, is_revoked=False)
    return {
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
        "survey": survey,
        "versions": versions,
        "languages": settings.LANGUAGES,
        "links": [link for link in links.order_by("pk")[:100] if is_printable(link)]
        if survey.status == "open"
        else [],
        "forms": [
            row
            for row in rows.defer("version__definition").order_by("-version__number", "language", "pk")
            if not (row.invitation and row.invitation.is_revoked)
        ],
    }
