"""Documents (PRA, CRS, action plan) and their editions."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMModelMixin, transition

from assessment.models import Invitation, SurveyVersion
from semarang_resilience.core.choices import ToneChoices
from semarang_resilience.core.models import Cycle

from .querysets import DocumentQuerySet, EditionQuerySet

SHA256 = r"^[0-9a-f]{64}$"


class DocumentKind(models.TextChoices):
    """The three documents of the programme. `slug` is how an address names the kind."""

    PRA = "pra", _("Preliminary Resilience Assessment")
    CRS = "crs", _("City Resilience Strategy")
    ACTION_PLAN = "action_plan", _("Action Plan")

    @property
    def slug(self) -> str:
        """The kind in Indonesian addresses."""
        return "rencana-tindak-lanjut" if self is DocumentKind.ACTION_PLAN else self.value

    @classmethod
    def from_slug(cls, slug: str) -> DocumentKind | None:
        """The kind that an address names."""
        return next((kind for kind in cls if kind.slug == slug), None)


class EditionStatus(ToneChoices):
    """queued -> rendering -> ready | failed; failed -> queued again; ready -> published."""

    QUEUED = "queued", "neutral", "hourglass", _("Waiting")
    RENDERING = "rendering", "info", "loader", _("Being set")
    READY = "ready", "success", "circle-check", _("Ready")
    FAILED = "failed", "danger", "octagon-alert", _("Failed")
    PUBLISHED = "published", "success", "globe", _("Published")


class FailureReason(models.TextChoices):
    """Why an edition could not be set; the labels say what happened and what to do."""

    NATIVE_LIBRARIES = (
        "native_libraries",
        _(
            "The server lacks the libraries that set PDF files. Ask the system administrator to install the "
            "packages libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0 and restart the worker; "
            "then try again."
        ),
    )
    ASSETS = (
        "assets",
        _(
            "The fonts of the documents are missing on the server. Ask the system administrator to build the "
            "assets (npm run build); then try again."
        ),
    )
    FORBIDDEN = (
        "forbidden",
        _("The document asked for something outside of the portal, which is never fetched. Report this."),
    )
    SNAPSHOT = (
        "snapshot",
        _("The frozen content cannot be read: changed, or frozen by another version. Request a new edition."),
    )
    STORAGE = (
        "storage",
        _("The finished file could not be stored. Check the space on the server, then try again."),
    )
    TIME = ("time", _("Setting took too long. Try again when the server is less busy."))
    INTERRUPTED = (
        "interrupted",
        _("The worker was stopped in the middle of the work several times. Check it, then try again."),
    )
    UNEXPECTED = (
        "unexpected",
        _("Something went wrong that nobody foresaw. Try again; if it stays so, report it."),
    )


class Document(models.Model):
    """A document of one cycle; what readers hold in hand are its editions."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="documents", verbose_name=_("cycle"))
    kind = models.CharField(_("kind"), max_length=12, choices=DocumentKind)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.UniqueConstraint(fields=["cycle", "kind"], name="document_kind_once_per_cycle"),
            models.CheckConstraint(condition=Q(kind__in=DocumentKind.values), name="document_kind_known"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


def _file_key() -> str:
    """The folder of an edition's file, which nobody can guess."""
    return secrets.token_hex(16)


class Edition(ConcurrentTransitionMixin, FSMModelMixin, models.Model):
    """A document frozen at one moment in one language, and the file that was set from it.

    `snapshot` holds everything the file says; rendering reads nothing else. `attempt` counts the
    times a worker took the row and is its fencing token: who lost the row can no longer write to it.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField(_("edition"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=250)

    snapshot = models.JSONField(editable=False)
    snapshot_sha256 = models.CharField(_("SHA-256 of the content"), max_length=64, editable=False)
    gaps = models.JSONField(default=list, blank=True, editable=False)
    request_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    requested_at = models.DateTimeField(_("requested"))

    status = FSMField(
        _("status"), choices=EditionStatus.choices, default=EditionStatus.QUEUED, protected=True
    )
    announced_at = models.DateTimeField(null=True, blank=True, editable=False)
    attempt = models.PositiveIntegerField(_("attempt"), default=0, editable=False)
    attempt_limit = models.PositiveIntegerField(default=0, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    progress_done = models.PositiveIntegerField(default=0, editable=False)
    progress_total = models.PositiveIntegerField(default=0, editable=False)
    progress_label = models.CharField(max_length=200, blank=True, editable=False)
    failed_at = models.DateTimeField(null=True, blank=True, editable=False)
    failure = models.CharField(max_length=20, choices=FailureReason, blank=True, editable=False)
    failure_detail = models.CharField(max_length=300, blank=True, editable=False)

    file_key = models.CharField(max_length=32, default=_file_key, editable=False)
    file = models.FileField(_("file"), max_length=200, blank=True, editable=False)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("size"), null=True, blank=True, editable=False)
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True, editable=False)
    outline = models.JSONField(default=list, blank=True, editable=False)
    template_version = models.CharField(max_length=40, blank=True, editable=False)
    ready_at = models.DateTimeField(_("ready"), null=True, blank=True, editable=False)

    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.UniqueConstraint(
                fields=["document", "language", "number"],
                name="edition_number_once",
                violation_error_message=_("This edition number is taken."),
            ),
            models.UniqueConstraint(
                fields=["document", "language"],
                condition=Q(status__in=["queued", "rendering"]),
                name="edition_one_open_per_language",
                violation_error_message=_(
                    "An edition of this document in this language is being made already."
                ),
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="edition_number_from_one"),
            models.CheckConstraint(
                condition=Q(snapshot_sha256__regex=SHA256), name="edition_snapshot_has_hash"
            ),
            models.CheckConstraint(
                condition=Q(progress_done__lte=F("progress_total")), name="edition_progress_in_range"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["queued", "rendering"])
                | Q(file="", ready_at__isnull=True, failed_at__isnull=True, failure=""),
                name="edition_open_has_no_outcome",
            ),
            models.CheckConstraint(
                condition=Q(status="rendering", lease_until__isnull=False, attempt__gte=1)
                | (~Q(status="rendering") & Q(lease_until__isnull=True)),
                name="edition_rendering_iff_lease",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["ready", "published"])
                | (
                    Q(ready_at__isnull=False, pages__gte=1, size__gte=1, sha256__regex=SHA256, failure="")
                    & ~Q(file="")
                ),
                name="edition_ready_has_file",
            ),
            models.CheckConstraint(
                condition=Q(status="failed", failed_at__isnull=False, file="") & ~Q(failure="")
                | (~Q(status="failed") & Q(failed_at__isnull=True, failure="")),
                name="edition_failed_iff_reason",
            ),
            models.CheckConstraint(
                condition=Q(status="published", published_at__isnull=False, published_by__isnull=False)
                | (~Q(status="published") & Q(published_at__isnull=True, published_by__isnull=True)),
                name="edition_published_has_who_when",
            ),
        ]
        indexes = [
            models.Index(fields=["-requested_at", "-id"], name="edition_newest"),
            models.Index(
                fields=["status", "lease_until"],
                condition=Q(status__in=["queued", "rendering"]),
                name="edition_owed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number} ({self.language})"

    def get_absolute_url(self) -> str:
        """The public page (needs `document` loaded)."""
        return reverse("documents:edition", args=[self.kind.slug, self.number, self.language])

    @property
    def kind(self) -> DocumentKind:
        """What the edition is an edition of (needs `document` loaded)."""
        return DocumentKind(self.document.kind)

    @property
    def status_choice(self) -> EditionStatus:
        """The status with its tone and icon."""
        return EditionStatus(self.status)

    @property
    def is_open(self) -> bool:
        """Whether the outcome is still owed."""
        return self.status in {EditionStatus.QUEUED, EditionStatus.RENDERING}

    @property
    def has_file(self) -> bool:
        """Whether there is something to download."""
        return self.status in {EditionStatus.READY, EditionStatus.PUBLISHED}

    @property
    def percent(self) -> int | None:
        """How far the setting is, once a worker has begun."""
        if self.status != EditionStatus.RENDERING or not self.progress_total:
            return None
        return min(99, 100 * self.progress_done // self.progress_total)

    @property
    def download_name(self) -> str:
        """The file's name on the reader's disk: kind, edition and language."""
        return f"semarang-{self.kind.slug}-edisi-{self.number}-{self.language}.pdf"

    @transition(field=status, source=EditionStatus.FAILED, target=EditionStatus.QUEUED)
    def queue_again(self, *, attempts: int) -> None:
        """Owe the outcome once more, from the same snapshot; `attempt` counts on, the fencing token."""
        self.attempt_limit = self.attempt + attempts
        self.announced_at = self.failed_at = None
        self.failure = self.failure_detail = self.progress_label = ""
        self.progress_done = self.progress_total = 0

    @transition(field=status, source=EditionStatus.READY, target=EditionStatus.PUBLISHED)
    def publish(self, *, by: Any, at: datetime) -> None:
        """Give it to everybody."""
        self.published_by, self.published_at = by, at


class PaperForm(models.Model):
    """A questionnaire to be filled in by hand: a frozen version in one language, maybe with a link on it.

    `content_sha256` is the hash of what was set: where it is still the same, the file is. `attempt` is the
    fencing token of the worker that has the row, as in editions.
    """

    version = models.ForeignKey(SurveyVersion, models.CASCADE, related_name="paper_forms")
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    invitation = models.ForeignKey(
        Invitation, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("open link")
    )
    content_sha256 = models.CharField(max_length=64, editable=False)
    requested_at = models.DateTimeField(_("requested"))
    status = models.CharField(max_length=10, choices=EditionStatus, default=EditionStatus.QUEUED)
    failure = models.CharField(max_length=20, choices=FailureReason, blank=True, editable=False)
    attempt = models.PositiveIntegerField(default=0, editable=False)
    attempt_limit = models.PositiveIntegerField(default=0, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    file = models.FileField(_("file"), max_length=200, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("size"), null=True, blank=True, editable=False)
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("paper form")
        verbose_name_plural = _("paper forms")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "language", "invitation"],
                nulls_distinct=False,
                name="paper_form_once",
            ),
            models.CheckConstraint(
                condition=Q(status="ready", pages__gte=1, size__gte=1, failure="") & ~Q(file="")
                | Q(status="failed", file="") & ~Q(failure="")
                | Q(status__in=["queued", "rendering"], file="", failure=""),
                name="paper_form_ready_has_file",
            ),
            models.CheckConstraint(
                condition=Q(status="rendering", lease_until__isnull=False)
                | (~Q(status="rendering") & Q(lease_until__isnull=True)),
                name="paper_form_rendering_iff_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.language}"

    @property
    def is_ready(self) -> bool:
        """Whether there is a file to print."""
        return self.status == EditionStatus.READY

    @property
    def is_open(self) -> bool:
        """Whether the outcome is still owed."""
        return self.status in {EditionStatus.QUEUED, EditionStatus.RENDERING}

    @property
    def box_key(self) -> str:
        """The id of its box on the page."""
        return f"kuesioner-{self.pk}"

    @property
    def download_name(self) -> str:
        """The file's name on the reader's disk (needs `version__survey` loaded)."""
        return f"kuesioner-{self.version.survey.slug}-v{self.version.number}-{self.language}.pdf"
