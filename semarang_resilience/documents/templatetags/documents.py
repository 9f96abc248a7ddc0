"""What the pages say about the documents."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def document_about(*, kind: Any) -> SafeString:
    """One sentence on what a document is."""
    sentences = {
        "pra": _(
            "What stakeholders see: strengths and weaknesses, shocks and stresses, critical assets, existing "
            "programmes, and the focus areas that follow from them."
        ),
        "crs": _("What the city wants to do: pillars, strategies and initiatives, each with its reason."),
        "action_plan": _("What has run, is running and will run after the launch, with leads and partners."),
    }
    return format_html("<p>{}</p>", sentences[kind.value])
