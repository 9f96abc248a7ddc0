"""Forms of the focus areas."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessment.models import Finding, FindingStatus, FocusArea
from semarang_resilience.core.forms import OperationForm, ProvenanceForm, english, indonesian, texts_of


class FocusAreaForm(ProvenanceForm):
    """What a focus area is about."""

    name_id = indonesian(_("Name"), max_length=200)
    name_en = english(_("Name"), max_length=200)
    theme_id = indonesian(_("Theme"), max_length=120, required=False)
    theme_en = english(_("Theme"), max_length=120)
    rationale_id = indonesian(_("Why does the city want to know more here?"), rows=6)
    rationale_en = english(_("Why does the city want to know more here?"), rows=6)

    def __init__(self, *args: Any, focus_area: FocusArea | None = None, **kwargs: Any) -> None:
        texts: dict[str, Any] = {}
        if focus_area:
            texts = texts_of(focus_area, "name", "theme", "rationale", "decision_reason")
            kwargs["initial"] = texts | {"provenance": focus_area.provenance, "source": focus_area.source}
        super().__init__(*args, **kwargs)
        if focus_area and focus_area.decision_reason:
            self._ask_missing_reason(texts)

    def _ask_missing_reason(self, texts: dict[str, Any]) -> None:
        """The reason of a decision may be completed in a language that lacks it, never rewritten."""
        for name, field in (("decision_reason_id", indonesian), ("decision_reason_en", english)):
            if not texts[name]:
                self.fields[name] = field(_("Reason of the decision"), rows=3, required=False)


class NewFocusAreaForm(FocusAreaForm):
    """With the code, which makes the address and is chosen once."""

    slug = forms.SlugField(
        label=_("Code"), max_length=60, help_text=_("Small letters and hyphens; it becomes the address.")
    )
    field_order = ("name_id", "name_en", "slug")


class DecisionForm(OperationForm):
    """Choose a focus area or not, with the reason in both languages, since it is published."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("select", _("Choose it for stage 2")), ("drop", _("Do not choose it"))],
        widget=forms.RadioSelect,
    )
    reason_id = indonesian(_("Reason"), rows=3)
    reason_en = english(_("Reason"), rows=3)


class SupportForm(OperationForm):
    """Which accepted finding speaks for a focus area, and why."""

    finding: forms.ModelChoiceField[Finding] = forms.ModelChoiceField(
        label=_("Finding"), queryset=Finding.objects.none()
    )
    reason_id = indonesian(_("Why does it belong here?"), rows=3)
    reason_en = english(_("Why does it belong here?"), rows=3)

    def __init__(self, *args: Any, focus_area: FocusArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = Finding.objects.filter(cycle=focus_area.cycle_id, status=FindingStatus.ACCEPTED)
        free = free.exclude(focus_area_links__focus_area=focus_area).order_by("code", "pk")
        self.fields["finding"].queryset = free  # type: ignore[attr-defined]
