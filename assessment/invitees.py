"""Who could be invited to a survey: people of the forum who agreed to it, or a list that somebody pastes.

Nothing is written here. A preview is a list of `Candidate`s; those that are `ok` get a letter when confirmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from random import SystemRandom
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from assessment.models import Invitation, Survey
from semarang_resilience.core.choices import ToneChoices
from semarang_resilience.core.errors import Refused
from semarang_resilience.mail.addresses import is_address, normalised
from semarang_resilience.mail.models import OptOut
from semarang_resilience.mail.models import Purpose as LetterPurpose
from semarang_resilience.places.models import District
from stakeholders.models import Person, Purpose, Sector

MOST_AT_ONCE = 2_000


class CandidateState(ToneChoices):
    """What happens to an entry on confirmation."""

    OK = "ok", "success", "mail", gettext_lazy("Gets a letter")
    INVITED = "invited", "neutral", "check", gettext_lazy("Invited already")
    REPEATED = "repeated", "neutral", "copy", gettext_lazy("Twice in the list")
    OPTED_OUT = "opted_out", "warning", "ban", gettext_lazy("Wants no such letters")
    NO_ADDRESS = "no_address", "danger", "octagon-alert", gettext_lazy("No valid e-mail address")


class TooMany(Refused):
    """More than a worker should be given at once."""

    code = "too_many"

    def __init__(self) -> None:
        super().__init__(_("Invite at most %(n)s people at once. Split the list.") % {"n": MOST_AT_ONCE})


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One entry of a preview; `row` is its line in the list, `note` what was not understood there."""

    email: str
    sector: str = ""
    district: str = ""
    language: str = "id"
    person: int | None = None
    name: str = ""
    row: int = 0
    note: str = ""
    state: CandidateState = CandidateState.OK

    @property
    def sector_label(self) -> str | Promise:
        """The sector in words."""
        return Sector(self.sector).label if self.sector else ""

    def packed(self) -> list[Any]:
        """What a form carries from the preview to the confirmation."""
        return [self.email, self.sector, self.district, self.language, self.person]


def unpacked(values: Sequence[Any]) -> Candidate:
    """The candidate that `packed` made."""
    email, sector, district, language, person = values
    return Candidate(email=email, sector=sector, district=district, language=language, person=person)


@dataclass(frozen=True, kw_only=True)
class Quota:
    """A group from which people are drawn; `wanted` answers are the target there, where one is set."""

    sector: str
    district: str
    available: int
    invited: int
    wanted: int | None = None

    @property
    def key(self) -> str:
        """Its field in the form."""
        return f"{self.sector or 'any'}-{self.district or 'any'}"

    @property
    def suggested(self) -> int:
        """As many as are missing to the target and can be asked."""
        return 0 if self.wanted is None else max(0, min(self.available, self.wanted - self.invited))


def forum_candidates(survey: Survey) -> list[Candidate]:
    """People of the cycle's forum who agreed to it, have an address and were not invited: 3 queries."""
    people = (
        Person.objects.registered()
        .filter(
            consents__text__purpose=Purpose.SURVEYS,
            consents__withdrawn_on__isnull=True,
            memberships__cycle=survey.cycle_id,
            memberships__until__isnull=True,
        )
        .exclude(email="")
        .select_related("organization")
        .order_by("pk")
        .distinct()
    )
    found = [
        Candidate(
            email=normalised(person.email),
            sector=person.organization.sector,
            district=person.district_id or "",
            language=person.language,
            person=person.pk,
            name=person.name,
        )
        for person in people
    ]
    return [each for each in judged(survey, found) if each.state == CandidateState.OK]


def quotas_of(survey: Survey, candidates: Iterable[Candidate]) -> list[Quota]:
    """A row for each target of the survey, or for each sector where there is none: 2 queries."""
    candidates = list(candidates)
    invited = list(
        survey.invitations.filter(kind="personal", is_revoked=False).values_list("sector", "district_id")
    )
    targets = list(survey.targets.order_by(F("district_id").asc(nulls_first=True), "sector", "pk"))
    groups: list[tuple[str, str, int | None]] = [
        (target.sector, target.district_id or "", target.wanted) for target in targets
    ] or [(sector.value, "", None) for sector in Sector]
    return [
        Quota(
            sector=sector,
            district=district,
            wanted=wanted,
            available=sum(_is_in(each.sector, each.district, sector, district) for each in candidates),
            invited=sum(_is_in(had, where or "", sector, district) for had, where in invited),
        )
        for sector, district, wanted in groups
    ]


def _is_in(sector: str, district: str, group_sector: str, group_district: str) -> bool:
    return (not group_sector or sector == group_sector) and (not group_district or district == group_district)


def draw(candidates: Sequence[Candidate], wanted: Iterable[tuple[Quota, int]]) -> list[Candidate]:
    """Draw as many as wanted from each group by lot, nobody twice; where there are fewer, all of them.

    Narrow groups come first, so that a wide one does not take away the few that fit a narrow one.
    """
    left, drawn = list(candidates), []
    narrow_first = sorted(wanted, key=lambda pair: -(bool(pair[0].sector) + bool(pair[0].district)))
    for quota, count in narrow_first:
        fitting = [each for each in left if _is_in(each.sector, each.district, quota.sector, quota.district)]
        chosen = SystemRandom().sample(fitting, min(count, len(fitting)))
        drawn += chosen
        taken = {each.email for each in chosen}
        left = [each for each in left if each.email not in taken]
    return drawn


def listed_candidates(survey: Survey, rows: Iterable[Sequence[Any]]) -> list[Candidate]:
    """Read a list, one address a row with sector, district and language in any order; a heading is skipped.

    Names and other words are not kept; they are shown as a note. Raises `TooMany`.
    """
    words = _Words()
    found = []
    for number, cells in enumerate(rows, start=1):
        texts = [str(cell).strip() for cell in cells if cell is not None and str(cell).strip()]
        if not texts or (number == 1 and not any("@" in text for text in texts)):
            continue
        found.append(words.read(number, texts))
        if len(found) > MOST_AT_ONCE:
            raise TooMany
    return judged(survey, found)


def rows_of(text: str) -> list[list[str]]:
    """Pasted lines cut at semicolons, commas, tabs and bars; the < > of "Name <address>" are taken off."""
    return [
        [part.strip(" \"'<>") for part in re.split(r"[;,\t|<]", line)]
        for line in text.lstrip("\ufeff").splitlines()
    ]


class _Words:
    """What the words of a list mean: sectors, districts and languages in both languages."""

    def __init__(self) -> None:
        self.sectors: dict[str, str] = {}
        self.languages: dict[str, str] = {}
        for code, _label in settings.LANGUAGES:
            with override(code):
                self.sectors |= {str(each.label).lower(): each.value for each in Sector}
                self.languages |= {str(label).lower(): key for key, label in settings.LANGUAGES}
        self.sectors |= {each.value: each.value for each in Sector}
        self.languages |= {key: key for key, _label in settings.LANGUAGES}
        rows = list(District.objects.values_list("code", "name"))
        self.districts = {name.lower(): code for code, name in rows} | {code: code for code, _name in rows}

    def read(self, number: int, texts: Sequence[str]) -> Candidate:
        """One row."""
        values: dict[str, Any] = {"email": "", "row": number}
        notes = []
        for text in texts:
            word = text.lower()
            if "@" in word and not values["email"]:
                values["email"] = normalised(text)
            elif word in self.sectors:
                values["sector"] = self.sectors[word]
            elif (place := word.removeprefix("kecamatan ").removeprefix("kec. ")) in self.districts:
                values["district"] = self.districts[place]
            elif word in self.languages:
                values["language"] = self.languages[word]
            else:
                notes.append(text)
        return Candidate(**values, note=", ".join(notes)[:120])


def judged(survey: Survey, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Say of each what would happen on confirmation: 2 queries."""
    candidates = [replace(each, email=normalised(each.email)) for each in candidates]
    addresses = {each.email for each in candidates if each.email}
    invited = set(
        Invitation.objects.filter(survey=survey, is_revoked=False)
        .exclude(email="")
        .filter(Q(email__in=addresses))
        .values_list("email", flat=True)
    )
    opted_out = OptOut.objects.among(addresses, LetterPurpose.SURVEYS)
    seen: set[str] = set()
    found = []
    for each in candidates:
        state = _state(each.email, invited, opted_out, seen)
        seen.add(each.email)
        found.append(replace(each, state=state))
    return found


def _state(email: str, invited: set[str], opted_out: set[str], seen: set[str]) -> CandidateState:
    if not email or not is_address(email):
        return CandidateState.NO_ADDRESS
    if email in seen:
        return CandidateState.REPEATED
    if email in opted_out:
        return CandidateState.OPTED_OUT
    return CandidateState.INVITED if email in invited else CandidateState.OK
