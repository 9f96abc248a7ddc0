"""The example city, loaded once for the guards and rolled back at their end."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from PIL import Image

from assessment.models import Survey
from assessment.operations import survey_paper, surveys
from semarang_resilience.accounts.models import User
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.uploads import accept_document, accept_picture
from semarang_resilience.documents import operations as documents
from semarang_resilience.documents import paper_forms
from stakeholders.models import Agreement, Engagement, Organization
from stakeholders.operations.agreements import update_agreement
from stakeholders.operations.engagements import attach_file
from stakeholders.operations.organizations import set_logo


@pytest.fixture(scope="package")
def example_city(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Load the example city, with a published and a finished edition; rolled back after the last guard."""
    media = override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media")))
    with media, django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            call_command("load_demo", verbosity=0)
            _make_editions()
            _make_paper()
            make_forum_files()
            yield
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


def _make_editions() -> None:
    """An action plan that everybody reads and a strategy that is ready but not published."""
    lead = User.objects.get(email="ketua.cro@contoh.semarang")
    cycle = Cycle.objects.current()
    assert cycle is not None
    for kind in ("action_plan", "crs"):
        edition = documents.request_edition(kind=kind, cycle=cycle, language="id", by=lead, at=timezone.now())
        documents.render_edition(edition_id=edition.pk)
        edition.refresh_from_db()
        assert edition.status == "ready", edition.failure_detail
        if kind == "action_plan":
            documents.publish_edition(edition=edition, by=lead, at=timezone.now())


def _make_paper() -> None:
    """A printed questionnaire with its link, and a sheet that was entered and waits to be counted."""
    staff = User.objects.get(email="staf.cro@contoh.semarang")
    version = Survey.objects.filter(status="open").order_by("pk")[0].current_version
    assert version is not None
    link, _token = surveys.issue_link(
        survey=version.survey, kind="open", label="Formulir", by=staff, at=timezone.now()
    )
    form = paper_forms.request_paper_form(
        version=version, language="id", invitation=link, by=staff, at=timezone.now()
    )
    assert paper_forms.set_paper_form(form_id=form.pk)
    survey_paper.enter_sheet(
        version=version,
        number="1",
        data={"sector": ["community"], "q_driver-01": ["2"]},
        by=staff,
        at=timezone.now(),
    )


def make_forum_files() -> None:
    """A logo, a public file and an attendance list of a meeting, and the file of an agreement."""
    who: dict[str, Any] = {
        "by": User.objects.get(email="staf.cro@contoh.semarang"),
        "at": timezone.now(),
    }
    organization = Organization.objects.filter(is_published=True).order_by("code")[0]
    set_logo(organization=organization, logo=accept_picture(picture_upload()), **who)
    engagement = Engagement.objects.get(code="lokakarya-persepsi-2015-08")
    paper = accept_document(SimpleUploadedFile("berkas.pdf", b"%PDF-1.7\n%%EOF\n"))
    attach_file(engagement=engagement, kind="slides", title="Paparan", file=paper, is_public=True, **who)
    attach_file(engagement=engagement, kind="attendance", title="Daftar hadir", file=paper, **who)
    agreement = Agreement.objects.order_by("pk")[0]
    update_agreement(agreement=agreement, changes={}, file=paper, **who)


def picture_upload(name: str = "logo.png") -> SimpleUploadedFile:
    """A small real picture."""
    data = BytesIO()
    Image.new("RGB", (40, 20), "#0b5563").save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), content_type="image/png")
