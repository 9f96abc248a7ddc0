"""Imports: what was uploaded, what would change, what did change, and how to take it back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..choices import ToneChoices


class ImportStatus(ToneChoices):
    """previewed -> applied -> undone; a preview that nobody confirms expires."""

    PREVIEWED = "previewed", "info", "eye", _("Waiting for confirmation")
    APPLIED = "applied", "success", "circle-check", _("Imported")
    UNDONE = "undone", "neutral", "undo-2", _("Undone")
    EXPIRED = "expired", "neutral", "clock", _("Expired")


class RowAction(ToneChoices):
    """What an import does with one row."""

    ADD = "add", "success", "plus", _("New")
    CHANGE = "change", "info", "pencil", _("Changed")
    SAME = "same", "neutral", "check", _("Unchanged")
    ERROR = "error", "danger", "octagon-alert", _("Problem")


class ImportJob(models.TextChoices):
    """What a worker is asked to do with a long list."""

    APPLY = "apply", _("Importing")
    UNDO = "undo", _("Undoing")


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Imports."""

    def of_kinds(self, kinds: Any) -> ImportRunQuerySet:
        """Those of lists that somebody may import."""
        return self.filter(kind__in=kinds)

    def for_list(self) -> ImportRunQuerySet:
        """Newest first with the people: one query."""
        return self.select_related("uploaded_by", "applied_by", "undone_by").order_by("-uploaded_at", "-pk")


class ImportRun(models.Model):
    """One file that somebody uploaded for a list (`kind` is the identifier of its resource).

    A long list is carried out by a worker: `job` says what it owes, `failure` why it was refused.

    The file itself is not kept, only its fingerprint. `plan` says which columns were found and how empty
    cells count; the rows stand in `ImportRow` until the import expires or can no longer be undone.
    """

    kind = models.CharField(max_length=40)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    plan = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=ImportStatus, default=ImportStatus.PREVIEWED
    )
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    job = models.CharField(max_length=5, choices=ImportJob, blank=True)
    job_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    job_asked_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["-uploaded_at", "-id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["previewed", "expired"], applied_at__isnull=True)
                | Q(status__in=["applied", "undone"], applied_at__isnull=False),
                name="import_applied_has_time",
            ),
            models.CheckConstraint(
                condition=Q(status="undone", undone_at__isnull=False)
                | (~Q(status="undone") & Q(undone_at__isnull=True)),
                name="import_undone_has_time",
            ),
            models.CheckConstraint(
                condition=Q(job="", job_asked_at__isnull=True) | (~Q(job="") & Q(job_asked_at__isnull=False)),
                name="import_job_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """Its page in the workspace."""
        return reverse("exchange:run", args=[self.pk])

    @property
    def mark(self) -> ImportStatus:
        """The status with its tone and icon."""
        return ImportStatus(self.status)

    def to_do(self) -> int:
        """How many rows confirming would write."""
        return int(self.counts.get(RowAction.ADD, 0)) + int(self.counts.get(RowAction.CHANGE, 0))

    def problems(self) -> int:
        """How many rows stay out because something in them cannot be understood."""
        return int(self.counts.get(RowAction.ERROR, 0))


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    """Rows of imports."""

    def counted(self) -> dict[str, int]:
        """How many rows of each action: one query."""
        found = self.order_by().values("action").annotate(n=Count("pk"))
        return {row["action"]: row["n"] for row in found}

    def to_apply(self) -> ImportRowQuerySet:
        """Rows that change something, in the order of the file."""
        return self.filter(action__in=[RowAction.ADD, RowAction.CHANGE]).order_by("number")

    def noteworthy(self) -> ImportRowQuerySet:
        """Rows with a problem or a remark."""
        return self.filter(Q(action=RowAction.ERROR) | ~Q(notes=[]))


class ImportRow(models.Model):
    """One row of an uploaded list: what it would do, and once done, to which object.

    `values` are the new values by column, `before` those that were found at the preview, both as JSON;
    `raw` is what stood in the cells of a row with a problem, for the list of problems to take away.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    action = models.CharField(max_length=6, choices=RowAction)
    key = models.CharField(max_length=200, blank=True)
    label = models.CharField(max_length=200, blank=True)
    values = models.JSONField(default=dict, blank=True)
    before = models.JSONField(default=dict, blank=True)
    raw = models.JSONField(default=dict, blank=True)
    errors = models.JSONField(default=dict, blank=True)
    notes = models.JSONField(default=list, blank=True)
    object_pk = models.CharField(max_length=40, blank=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="import_row_once")]
        indexes = [models.Index(fields=["run", "action", "number"])]

    def __str__(self) -> str:
        return f"{self.number}: {self.label}"

    def get_action(self) -> RowAction:
        """The action with its tone and icon."""
        return RowAction(self.action)
