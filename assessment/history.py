"""The activity log of one finding or focus area in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.models import Activity

from .questionnaire import Words

# verb -> icon, sentence; what stands in %(…)s comes from the line's data, see `_words`.
SENTENCES: Mapping[str, tuple[str, str | Promise]] = {
    "create_finding": ("pencil", _("began the draft")),
    "update_finding": ("pencil", _("changed: %(changed)s")),
    "add_evidence": ("plus", _("added evidence: %(summary)s")),
    "remove_evidence": ("trash-2", _("removed evidence: %(summary)s")),
    "cite_survey": ("chart-bar", _("cited the survey result “%(label)s” (n = %(n)s)")),
    "submit_finding": ("send", _("submitted the finding for decision")),
    "accept_finding": ("circle-check", _("accepted the finding: %(reason)s")),
    "return_finding": ("undo-2", _("returned the finding: %(reason)s")),
    "reject_finding": ("circle-x", _("rejected the finding: %(reason)s")),
    "publish_finding": ("globe", _("published the finding")),
    "propose_focus_area": ("target", _("proposed the focus area")),
    "update_focus_area": ("pencil", _("changed: %(changed)s")),
    "attach_finding": ("link", _("attached finding %(finding)s: %(reason)s")),
    "detach_finding": ("x", _("detached finding %(finding)s")),
    "select_focus_area": ("circle-check", _("chose the focus area: %(reason)s")),
    "drop_focus_area": ("circle-minus", _("did not choose the focus area: %(reason)s")),
    "publish_focus_area": ("globe", _("published the focus area")),
}
NEEDED = {"changed": "", "summary": "", "label": "", "n": "", "reason": "", "finding": ""}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the history."""

    at: datetime
    by: str
    icon: str
    sentence: str


def history_of(row: models.Model) -> list[Entry]:
    """What happened to `row`, newest first: one query."""
    lines = Activity.objects.filter(
        target_type=ContentType.objects.get_for_model(row), target_id=str(row.pk)
    ).order_by("-at", "-pk")
    return [_entry(line, row) for line in lines]


def _entry(line: Activity, row: models.Model) -> Entry:
    icon, sentence = SENTENCES.get(line.verb, ("circle", line.verb.replace("_", " ")))
    return Entry(at=line.at, by=line.actor_label, icon=icon, sentence=str(sentence) % _words(line.data, row))


def _words(data: Mapping[str, Any], row: models.Model) -> dict[str, Any]:
    """What the sentence needs; names of fields as people read them."""
    words = NEEDED | {name: value for name, value in data.items() if name in NEEDED}
    words["label"] = str(Words(data.get("label") or {})) or data.get("question", "")
    words["changed"] = ", ".join(_field_label(name, row) for name in data.get("changed", ()))
    return words


def _field_label(name: str, row: models.Model) -> str:
    """`title_en` -> title (en)."""
    ending = name[-3:] if name.endswith(("_id", "_en")) else ""
    field = cast("models.Field[Any, Any]", row._meta.get_field(name.removesuffix(ending)))
    return f"{field.verbose_name} ({ending[1:]})" if ending else str(field.verbose_name)
