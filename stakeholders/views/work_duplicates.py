"""Pages on which the office finds duplicates of the register, compares them and makes one of two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from semarang_resilience.core.forms import OperationForm, form_view
from semarang_resilience.core.http import reads, writes
from semarang_resilience.core.permissions import ensure
from stakeholders.duplicates import CANDIDATES
from stakeholders.merging import plan_links
from stakeholders.models import Gender, Level, Organization, Person, Sector
from stakeholders.operations.merging import (
    FILLED,
    ORGANIZATION_CHOICES,
    PERSON_CHOICES,
    is_blank,
    keep_apart,
    merge_organizations,
    merge_people,
)

PER_PAGE = 20
# The word in the address -> what is merged.
KINDS: dict[str, Any] = {"organisasi": Organization, "orang": Person}
LABELS: Mapping[str, str | Promise] = {
    "description": gettext_lazy("Description"),
    "is_published": gettext_lazy("Public page"),
    "user": gettext_lazy("Account"),
    "agreed_to_be_named": gettext_lazy("Agreed to be named in public"),
    "provenance": gettext_lazy("Provenance"),
    "organization": gettext_lazy("Organisation"),
}


@reads
def work_duplicates(request: HttpRequest, kind: str = "organisasi") -> HttpResponse:
    """Pairs that may be the same, the likeliest first, with the reasons."""
    ensure(request.user, "stakeholders.merge")
    model = _model(kind)
    page = Paginator(CANDIDATES[model](), PER_PAGE).get_page(request.GET.get("page"))
    wanted = {pk for each in page.object_list for pk in (each.first, each.second)}
    rows = {row.pk: row for row in _rows(model).filter(pk__in=wanted)}
    pairs = [
        {"first": rows[each.first], "second": rows[each.second], "candidate": each}
        for each in page.object_list
    ]
    context = {"kind": kind, "page": page, "pairs": pairs}
    return render(request, "stakeholders/work_duplicates.html", context)


@form_view
def work_duplicate(request: HttpRequest, kind: str, winner: int, loser: int) -> HttpResponse:
    """Two entries side by side: choose what stays, see what moves, make one of them."""
    ensure(request.user, "stakeholders.merge")
    model = _model(kind)
    one, other = _pair(model, winner, loser)
    form = OperationForm(request.POST if request.method == "POST" else None)
    rows = compared(one, other)
    if request.method == "POST" and form.is_valid():
        take = [row.name for row in rows if request.POST.get(row.name) == "loser"]
        operation = merge_organizations if model is Organization else merge_people
        if merged := form.run(
            operation, winner=one, loser=other, take=take, by=request.user, at=timezone.now()
        ):
            messages.success(
                request,
                _("The two are one now: %(moved)s links moved, %(met)s were there twice.")
                % {"moved": sum(merged.moved.values()), "met": merged.met},
            )
            return redirect(_page_of(merged.winner))
        one, other = _pair(model, winner, loser)
    context = {"kind": kind, "winner": one, "loser": other, "rows": rows, "plan": plan_links(one, other)}
    return form.answer(request, "stakeholders/work_duplicate.html", **context)


@writes
def work_keep_apart(request: HttpRequest, kind: str, winner: int, loser: int) -> HttpResponse:
    """Say that two entries are different; they are not proposed again."""
    ensure(request.user, "stakeholders.merge")
    one, other = _pair(_model(kind), winner, loser)
    keep_apart(first=one, second=other, by=request.user, at=timezone.now())
    messages.success(request, _("Noted: they are different. This pair is not shown again."))
    return redirect("stakeholders:work_duplicates", kind)


# -- comparing ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Compared:
    """One value of both entries; `takes` says which is proposed."""

    name: str
    label: str
    winner: str
    loser: str
    takes: str

    @property
    def differs(self) -> bool:
        """Whether there is something to choose."""
        return self.winner != self.loser


def compared(winner: Any, loser: Any) -> list[Compared]:
    """Every value that can be chosen; where the one that stays says nothing, the other is proposed."""
    choices = ORGANIZATION_CHOICES if isinstance(winner, Organization) else PERSON_CHOICES
    rows = []
    for name, columns in choices.items():
        is_filled = name in FILLED and is_blank(winner, columns) and not is_blank(loser, columns)
        rows.append(
            Compared(
                name=name,
                label=str(LABELS.get(name) or winner._meta.get_field(columns[0]).verbose_name).capitalize(),
                winner=_said(winner, name),
                loser=_said(loser, name),
                takes="loser" if is_filled else "winner",
            )
        )
    return rows


CHOICES: Mapping[str, Any] = {"sector": Sector, "level": Level, "gender": Gender}


def _said(row: Any, name: str) -> str:
    """A value in words."""
    value = getattr(row, name)
    if name in CHOICES:
        return str(CHOICES[name](value).label)
    if name == "provenance":
        return " – ".join(part for part in (row.get_provenance_display(), row.source) if part)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "logo":
        return _("has one") if value else ""
    return str(value or "")


def _model(kind: str) -> Any:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind]


def _rows(model: Any) -> Any:
    related = ("parent", "district") if model is Organization else ("organization", "district", "user")
    rows = model.objects.registered().select_related(*related)
    return rows.defer("district__geometry").order_by("pk")


def _pair(model: Any, winner: int, loser: int) -> tuple[Any, Any]:
    """Both entries; a shadow, an erased person or one entry twice is no pair."""
    rows = {row.pk: row for row in _rows(model).filter(pk__in=(winner, loser))}
    if len(rows) != 2:
        raise Http404
    return rows[winner], rows[loser]


def _page_of(row: Any) -> str:
    if isinstance(row, Organization):
        return reverse("stakeholders:work_organization", args=[row.code])
    return reverse("stakeholders:work_person", args=[row.pk])
