"""The printed questionnaire: accessible, the same bytes again, set in the background, once."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import page
import pikepdf
import pytest
from django.utils import timezone

from assessment.models import Invitation, Survey
from assessment.operations import surveys
from assessment.paper_layout import paper_layout
from assessment.questionnaire import questionnaire_of
from assessment.short_links import short_code
from semarang_resilience.accounts.models import User
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.documents import paper_forms, rendering
from semarang_resilience.documents.models import PaperForm
from tests.assessment.surveys.conftest import (
    AT,
    budi,
    cycle,
    districts,
    draft,
    framework,
    hazards,
    survey,
    wali,
)
from tests.support.http import PolicyClient

__all__ = ["budi", "cycle", "districts", "draft", "framework", "hazards", "survey", "wali"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_of_this_test(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    settings.SITE_URL = "https://ketahanan.contoh.id"


@pytest.fixture
def link(survey: Survey, budi: User) -> Invitation:
    return surveys.issue_link(survey=survey, kind="open", label="Poster", by=budi, at=AT)[0]


def request_form(survey: Survey, by: User, **changes: Any) -> PaperForm:
    arguments = {"version": survey.current_version, "language": "id", "invitation": None} | changes
    return paper_forms.request_paper_form(**arguments, by=by, at=timezone.now())


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_form_passes_pdf_ua_in_both_languages(survey: Survey, link: Invitation, language: str) -> None:
    version = survey.current_version
    assert version
    composed = paper_forms.compose(version=version, language=language, invitation=link)
    rendered = rendering.set_form(composed)
    report = page.validate_pdf_bytes(rendered.pdf, profile=page.ValidationProfile.PDF_UA_1)
    assert report.is_compliant, [(one.rule_id, one.message) for one in report.failures]
    with pikepdf.open(io.BytesIO(rendered.pdf)) as pdf:
        assert str(pdf.Root.Lang) == language
        assert str(pdf.docinfo.Title) == {"id": "Persepsi warga", "en": "Residents' perception"}[language]
    assert rendering.set_form(composed).pdf == rendered.pdf, "the same bytes again"
    code = short_code(link)
    assert f"{code[:4]}-{code[4:]}" in composed.html
    assert f"ketahanan.contoh.id/{language}/s/" in composed.html


def test_every_answer_of_the_web_form_has_its_box_and_key(survey: Survey) -> None:
    version = survey.current_version
    assert version
    questionnaire = questionnaire_of(version)
    layout = paper_layout(questionnaire)
    printed = [
        field
        for block in [*layout.about, *(block for part in layout.sections for block in part.blocks)]
        for field in block.fields
    ]
    assert {field.name for field in printed} == {"sector", "district", *questionnaire.field_names}
    html = paper_forms.compose(version=version, language="id", invitation=None).html
    boxes = sum(len(field.keys) for field in printed)
    assert html.count('class="box"') == boxes
    assert all(len({key.key for key in field.keys}) == len(field.keys) for field in printed)


def test_a_form_is_owed_set_once_and_kept(survey: Survey, link: Invitation, budi: User) -> None:
    form = request_form(survey, budi, invitation=link)
    assert (form.status, form.is_open) == ("queued", True)
    assert paper_forms.set_paper_form(form_id=form.pk)
    assert not paper_forms.set_paper_form(form_id=form.pk), "done is done"
    again = request_form(survey, budi, invitation=link)
    assert (again.pk, again.status) == (form.pk, "ready")
    assert again.file.open("rb").read(5) == b"%PDF-"
    Survey.objects.filter(pk=survey.pk).update(title_ind="Judul lain")
    changed = request_form(Survey.objects.get(pk=survey.pk), budi, invitation=link)
    assert (changed.pk, changed.status) == (form.pk, "queued"), "what is printed has changed"


def test_a_lost_message_is_sent_again(survey: Survey, budi: User, monkeypatch: pytest.MonkeyPatch) -> None:
    form = request_form(survey, budi)
    told: list[int] = []
    monkeypatch.setattr(paper_forms, "announce_task", lambda _name, pk: told.append(pk) or True)
    assert paper_forms.requeue_owed_paper_forms(at=timezone.now()) == 0, "it has only just been asked for"
    assert paper_forms.requeue_owed_paper_forms(at=timezone.now() + timedelta(minutes=1)) == 1
    assert told == [form.pk]


def test_a_worker_that_dies_three_times_is_an_end_with_a_reason(survey: Survey, budi: User) -> None:
    form = request_form(survey, budi)
    long_ago = timezone.now() - timedelta(hours=1)
    PaperForm.objects.filter(pk=form.pk).update(
        status="rendering", attempt=form.attempt_limit, lease_until=long_ago
    )
    assert not paper_forms.set_paper_form(form_id=form.pk)
    paper_forms.requeue_owed_paper_forms(at=timezone.now())
    form.refresh_from_db()
    assert (form.status, form.failure) == ("failed", "interrupted")
    assert request_form(survey, budi).status == "queued", "asking again is a new attempt"


def test_a_missing_library_is_a_reason(survey: Survey, budi: User, monkeypatch: pytest.MonkeyPatch) -> None:
    form = request_form(survey, budi)

    def refuse(_composed: Any) -> Any:
        raise rendering.CannotRender("native_libraries")

    monkeypatch.setattr(rendering, "set_form", refuse)
    assert paper_forms.set_paper_form(form_id=form.pk)
    form.refresh_from_db()
    assert (form.status, form.failure) == ("failed", "native_libraries")


def test_only_open_links_that_work_are_printed(
    survey: Survey, link: Invitation, budi: User, wali: User
) -> None:
    personal = surveys.issue_link(survey=survey, kind="personal", label="Ibu Sri", by=budi, at=AT)[0]
    surveys.withdraw_link(invitation=link, by=budi, at=AT)
    link.refresh_from_db()
    for unfit in (personal, link):
        with pytest.raises(Refused) as refused:
            request_form(survey, budi, invitation=unfit)
        assert refused.value.code == "unfit_link"
    with pytest.raises(NotAllowed):
        request_form(survey, wali)


def test_the_file_goes_to_the_office_only_and_dies_with_its_link(
    survey: Survey, link: Invitation, budi: User, wali: User
) -> None:
    form = request_form(survey, budi, invitation=link)
    address = f"/id/kerja/kuesioner/{form.pk}/"
    client = PolicyClient()
    client.force_login(budi)
    assert client.get(address).status_code == 404, "not there yet"
    assert "hx-get" in client.get(f"{address}kemajuan/").content.decode()
    paper_forms.set_paper_form(form_id=form.pk)
    response = client.get(address)
    assert b"".join(response.streaming_content).startswith(b"%PDF-")
    assert "no-store" in response["Cache-Control"]
    assert address in client.get("/id/kerja/survei/persepsi/kertas/").content.decode()
    other = PolicyClient()
    other.force_login(wali)
    assert other.get(address).status_code == 403
    surveys.withdraw_link(invitation=link, by=budi, at=AT)
    assert client.get(address).status_code == 404
