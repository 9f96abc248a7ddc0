"""`{% load thread %}{% thread_panel finding %}`: the thread on the page of any object that has one."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.template import Context
from django.urls import reverse

from assessment.models import Survey
from semarang_resilience.core.components.story import KIND_ICONS
from semarang_resilience.portal.thread import link_words, panel_nodes
from semarang_resilience.thread import Node, Thread, thread_of
from semarang_resilience.thread.outcomes import outcomes_of

register = template.Library()


@register.inclusion_tag("portal/thread_panel.html", takes_context=True)
def thread_panel(context: Context, obj: Model) -> dict[str, Any]:
    """From the survey to the documents, with the object marked "you are here"; at most six queries.

    `obj`: a finding, focus area, initiative (with `strategy__pillar`), action or organisation.
    """
    request = context.get("request")
    return _line(thread_of(obj, getattr(request, "user", None) or AnonymousUser()))


@register.inclusion_tag("portal/thread_line.html")
def thread_line(obj: Model) -> dict[str, Any]:
    """The steps alone, without heading, as the public sees them: for a page that shows one as an example."""
    line = _line(thread_of(obj, AnonymousUser()))
    return line | {"nodes": [node | {"current": False} for node in line["nodes"]]}


@register.inclusion_tag("portal/survey_outcomes.html")
def survey_outcomes(survey: Survey) -> dict[str, Any]:
    """What became of a survey's answers, as everybody reads it; at most four queries."""
    return {"survey": survey, "outcomes": outcomes_of(survey)}


def _line(thread: Thread) -> dict[str, Any]:
    url = reverse("portal:thread", args=thread.start.thread_path)
    return {"nodes": panel_nodes(thread, more_url=url), "url": url}


@register.filter
def node_icon(node: Node) -> str:
    """The icon of a node's kind, the same as in the panel."""
    return KIND_ICONS.get(node.icon or node.stage.value, "circle")


register.filter("link_words", link_words)
