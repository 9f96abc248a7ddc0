"""Links to a survey, answers to it, and their tallies.

One response is one row: `answers` is an array of small codes, one per *slot*. A slot is one
elementary variable (what a codebook calls a column): a rating takes one slot, a hazard rating
two (now, in future), a multiple choice one per option, a text none. The same slots number the
tallies, so that any result is read from a few histogram rows whatever the number of responses
(measured: docs/adr/0005).

Codes in a slot: NULL = not answered; ratings 0 = "I can't judge this", 1..k = the level;
single choice 1..k = the option's number; multiple choice 0 / 1 = not chosen / chosen.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from semarang_resilience.places.models import District
from stakeholders.models import Sector

from .surveys import NO_SLOT, Survey, SurveyVersion


class InvitationKind(models.TextChoices):
    """Personal links answer once; an open link (poster, QR code) answers as often as people come."""

    PERSONAL = "personal", _("Personal link")
    OPEN = "open", _("Open link")


class Invitation(models.Model):
    """A link to a survey. Only the SHA-256 of its token is kept; who used a personal one is not known here.

    Nothing here points to a response, and `used_on` is no finer than a day.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="invitations")
    kind = models.CharField(_("kind"), max_length=8, choices=InvitationKind)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    label = models.CharField(_("label"), max_length=120, blank=True)
    is_revoked = models.BooleanField(_("withdrawn"), default=False)
    used_on = models.DateField(_("used on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("survey link")
        verbose_name_plural = _("survey links")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="personal") | Q(used_on__isnull=True),
                name="open_invitation_is_never_used_up",
            )
        ]

    def __str__(self) -> str:
        return self.label or f"{self.get_kind_display()} {self.pk}"

    @property
    def is_personal(self) -> bool:
        """Whether the link takes one answer only."""
        return self.kind == InvitationKind.PERSONAL

    @staticmethod
    def hash_of(token: str) -> str:
        """The SHA-256 (hex) under which a token is kept."""
        return hashlib.sha256(token.encode()).hexdigest()


class Channel(models.TextChoices):
    """How an answer reached the office."""

    WEB = "web", _("Web")
    PAPER = "paper", _("Paper")
    WORKSHOP = "workshop", _("Workshop")
    OFFLINE = "offline", _("Offline")


class ResponseQuerySet(models.QuerySet["Response"]):
    """Answer sheets."""

    def count_by_day(self) -> models.QuerySet[Any, Any]:
        """(day, how many arrived), oldest first: one query."""
        return self.values_list("received_on").annotate(n=Count("pk")).order_by("received_on")


class Response(models.Model):
    """One anonymous answer sheet: sector and district, but no identity and no time finer than a day.

    The id is made by the client, so that a repeated submission is the same response (no serial
    numbers: they would betray the order of arrival).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    version = models.ForeignKey(SurveyVersion, models.PROTECT, related_name="responses")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WEB)
    sector = models.CharField(max_length=20, choices=Sector)
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    answers = ArrayField(models.SmallIntegerField(null=True))
    texts = models.JSONField(default=dict, blank=True)
    receipt = models.CharField(max_length=14, unique=True)
    received_on = models.DateField()
    is_folded = models.BooleanField(default=False)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        indexes = [models.Index(fields=["version"], condition=Q(is_folded=False), name="response_not_folded")]

    def __str__(self) -> str:
        # Never the receipt: the repair pages name the rows that stand in the way of a deletion.
        return str(self._meta.verbose_name)


class TallyQuerySet(models.QuerySet["Tally"]):
    """Histograms, added up for results."""

    def by_slot_and_sector(self, width: int) -> models.QuerySet[Any, Any]:
        """(slot, sector, count of code 0, of code 1, ...: `width` codes) over all districts; one query."""
        sums = {f"sum_{code}": Sum(f"counts__{code}") for code in range(width)}
        return self.values_list("slot", "sector").annotate(**sums).order_by("slot", "sector")

    def responses_by_district(self) -> models.QuerySet[Any, Any]:
        """(district code, responses): one query."""
        counted = self.filter(slot=Tally.RESPONSES).values_list("district_code")
        return counted.annotate(sum_0=Sum("counts__0")).order_by("district_code")


class Tally(models.Model):
    """Histogram of one slot in one group: `counts[code]` responses gave that code.

    Folded from responses by a worker, exact, and O(1) to read. Slot -1 counts the responses
    themselves (`counts[0]`), so that n is known for slots nobody answered. `district_code` is
    empty where the respondent gave none.
    """

    RESPONSES = NO_SLOT

    version = models.ForeignKey(SurveyVersion, models.CASCADE, related_name="tallies")
    slot = models.SmallIntegerField()
    sector = models.CharField(max_length=20, choices=Sector)
    district_code = models.CharField(max_length=20, blank=True)
    counts = ArrayField(models.IntegerField())

    objects = TallyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "slot", "sector", "district_code"], name="tally_cell_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.slot}/{self.sector}/{self.district_code}"
