"""The pages of one survey at work, in the order of the work."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from assessment.models import Survey
from semarang_resilience.core.permissions import allowed

register = template.Library()

# Page -> its name in words, and the right that opens it.
PAGES = {
    "work_survey": (_("Overview"), "assessment.see_draft_results"),
    "work_survey_builder": (_("Questions"), "assessment.see_draft_results"),
    "work_survey_invitations": (_("Invitations"), "assessment.issue_link"),
    "work_survey_paper": (_("Paper"), "assessment.edit_survey"),
    "work_survey_workshops": (_("Workshops"), "assessment.edit_survey"),
    "work_survey_open_answers": (_("Open answers"), "assessment.edit_survey"),
    "work_survey_analysis": (_("Analysis"), "assessment.see_draft_results"),
    "work_survey_exports": (_("Export"), "assessment.export_responses"),
}


@register.inclusion_tag("assessment/work_survey_tabs.html", takes_context=True)
def survey_tabs(context: template.Context, *, survey: Survey, here: str) -> dict[str, Any]:
    """Links to the pages of `survey` that the reader may open; `here` is the address name of this one."""
    user = context["request"].user
    tabs = []
    for name, (label, permission) in PAGES.items():
        if allowed(user, permission, survey):
            try:
                url = reverse(f"assessment:{name}", args=[survey.slug])
            except NoReverseMatch:
                continue
            tabs.append({"label": label, "url": url, "is_here": name == here})
    return {"tabs": tabs}
