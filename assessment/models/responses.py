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
from collections.abc import Iterator
from typing import Any, cast

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, Func, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from semarang_resilience.places.models import District
from stakeholders.models import Person, Sector

from .surveys import NO_SLOT, Survey, SurveyVersion


class InvitationKind(models.TextChoices):
    """Personal links answer once; an open link (poster, QR code) answers as often as people come."""

    PERSONAL = "personal", _("Personal link")
    OPEN = "open", _("Open link")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Links to surveys."""

    def with_use(self) -> InvitationQuerySet:
        """Each link with `is_used`: 1 for a personal link that was used, 0 if it was not; open: None."""
        used = Func(F("survey__participation__used"), F("position"), function="get_bit")
        return self.annotate(is_used=Cast(used, models.SmallIntegerField(null=True)))

    def used(self) -> InvitationQuerySet:
        """Personal links that were used, with `is_used`."""
        rows: Any = self.with_use()  # the type checker does not see annotations through a method
        return cast(InvitationQuerySet, rows.filter(is_used=1))

    def unused(self) -> InvitationQuerySet:
        """Personal links that were not used yet, with `is_used`."""
        rows: Any = self.with_use()
        return cast(InvitationQuerySet, rows.filter(is_used=0))


class Invitation(models.Model):
    """A link to a survey. Only the SHA-256 of its token is kept; the token is derived from `nonce` with a
    key that is not in the database (docs/adr/0012), so that a letter or a poster can be made again.

    Nothing here points to a response. Whether a personal link was used is bit number `position` of the
    survey's `Participation`. `email`, `person`, `sector` and `district` say who was invited, in which quota.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="invitations")
    kind = models.CharField(_("kind"), max_length=8, choices=InvitationKind)
    nonce = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    position = models.PositiveIntegerField(null=True, blank=True, editable=False)
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=2, default="id")
    sector = models.CharField(_("sector"), max_length=20, choices=Sector, blank=True)
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("district")
    )
    created_on = models.DateField(_("made on"), null=True, blank=True, editable=False)
    label = models.CharField(_("label"), max_length=120, blank=True)
    is_revoked = models.BooleanField(_("withdrawn"), default=False)

    is_used: int | None  # set by `with_use`

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey link")
        verbose_name_plural = _("survey links")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="personal", position__isnull=False)
                | ~Q(kind="personal") & Q(position__isnull=True),
                name="invitation_personal_has_position",
            ),
            models.UniqueConstraint(fields=["survey", "position"], name="invitation_position_once"),
            models.UniqueConstraint(
                fields=["survey", "email"],
                condition=~Q(email="") & Q(is_revoked=False),
                name="invitation_once_per_address",
                violation_error_message=_("This address has been invited already."),
            ),
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


class Participation(models.Model):
    """Who took part: one bit for each personal link of a survey, in one row.

    Kept apart from the answers, and without any order: the row's history says that somebody used a link,
    never who did so when (docs/adr/0012). Bit number `Invitation.position`, least significant bit first.
    """

    survey = models.OneToOneField(
        Survey, models.CASCADE, related_name="participation", verbose_name=_("survey")
    )
    used = models.BinaryField(default=bytes)

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participation")

    def __str__(self) -> str:
        return str(self.survey)

    def has_used(self, position: int) -> bool:
        """Whether the personal link at `position` was used."""
        octet, bit = divmod(position, 8)
        return octet < len(self.used) and bool(self.used[octet] >> bit & 1)


class Reminder(models.Model):
    """A reminder that was sent: never sent twice, never too soon after the one before."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="reminders")
    number = models.PositiveSmallIntegerField(_("number"))
    sent_on = models.DateField(_("sent on"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [models.UniqueConstraint(fields=["invitation", "number"], name="reminder_number_once")]

    def __str__(self) -> str:
        return f"{self.invitation} {self.number}"


class SurveyTarget(models.Model):
    """How many answers the office wants from a sector, a district, or both together."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="targets")
    sector = models.CharField(_("sector"), max_length=20, choices=Sector, blank=True)
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("district")
    )
    wanted = models.PositiveIntegerField(_("answers wanted"))

    class Meta:
        verbose_name = _("target of a survey")
        verbose_name_plural = _("targets of a survey")
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "sector", "district"], nulls_distinct=False, name="survey_target_once"
            ),
            models.CheckConstraint(condition=Q(wanted__gte=1), name="survey_target_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.sector}/{self.district_id}: {self.wanted}"


class Draft(models.Model):
    """An unfinished sheet of somebody with a personal link, sealed with the link's own token.

    Both the key and the `locator` are derived from the token, which the database does not hold: nobody can
    read a draft here, or tell whose link it belongs to. Therefore its traces (when it was written or removed)
    lead to nobody either. It is removed after the sheet was sent, and when the survey closes.
    """

    locator = models.CharField(max_length=64, primary_key=True, editable=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="drafts")
    sealed = models.BinaryField()
    saved_on = models.DateField()

    class Meta:
        verbose_name = _("draft of answers")
        verbose_name_plural = _("drafts of answers")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class Channel(models.TextChoices):
    """How an answer reached the office."""

    WEB = "web", _("Web")
    PAPER = "paper", _("Paper")
    WORKSHOP = "workshop", _("Workshop")
    OFFLINE = "offline", _("Offline")


class ResponseQuerySet(models.QuerySet["Response"]):
    """Answer sheets."""

    def count_by_channel(self) -> dict[str, int]:
        """Channel -> how many arrived by it (only those that any did): one query.

        For the office's monitor. Paper arrives at least five sheets at once, a workshop when it ends.
        """
        return dict(self.order_by().values_list("channel").annotate(n=Count("pk")))

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
        # Folding takes sheets by their ids, which are as good as drawn (survey_tokens.sheet_id).
        indexes = [
            models.Index(fields=["version", "id"], condition=Q(is_folded=False), name="response_to_fold")
        ]

    def __str__(self) -> str:
        # Never the receipt: the repair pages name the rows that stand in the way of a deletion.
        return str(self._meta.verbose_name)


class TallyQuerySet(models.QuerySet["Tally"]):
    """Histograms, added up for results."""

    def histograms(self) -> Iterator[tuple[int, int, tuple[str, str], tuple[int, ...]]]:
        """(version, slot, (sector, district code), how often each code from 0 up was given); one query."""
        names = ("version", "slot", "sector", "district_code")
        rows = self.order_by(*names).values_list(*names, "counts")
        return (
            (version, slot, (sector, district), tuple(counts))
            for version, slot, sector, district, counts in rows
        )


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
