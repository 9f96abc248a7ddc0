"""One real object of the example city for each address that needs one: name -> arguments of the address."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from actions.models import Action, Partnership
from assessment.models import (
    Asset,
    BankQuestion,
    Evidence,
    Finding,
    FocusArea,
    FocusAreaFinding,
    Hazard,
    Invitation,
    OpenAnswer,
    PaperSheet,
    Programme,
    Question,
    Response,
    Section,
    Survey,
    Theme,
    Workshop,
)
from assessment.operations.survey_tokens import token_of
from assessment.questionnaire import questionnaire_of
from assessment.short_links import short_code
from semarang_resilience.accounts.invitations import token_for as password_token
from semarang_resilience.accounts.models import User
from semarang_resilience.core.importing.operations import preview_import
from semarang_resilience.core.models import Cycle
from semarang_resilience.demo.cast import OPEN_SURVEY_TOKEN
from semarang_resilience.documents.models import Edition, PaperForm
from semarang_resilience.mail.models import Message
from semarang_resilience.mail.unsubscribing import token_for
from stakeholders.duplicates import organization_candidates
from stakeholders.models import (
    Agreement,
    Attendance,
    EngagementFile,
    ErasureRequest,
    ForumMembership,
    Organization,
    Person,
)
from stakeholders.personal_data import link_token
from strategy.models import Initiative, InitiativeFocusArea, OpenQuestion, Strategy, WorkingGroupMember

Arguments = dict[str, Any]


def _published_action() -> Action:
    return Action.objects.filter(is_published=True).order_by("code", "pk")[0]


def _initiative() -> Initiative:
    return Initiative.objects.published().order_by("code", "pk")[0]


def _initiative_link() -> Arguments:
    link = InitiativeFocusArea.objects.select_related("initiative").order_by("pk")[0]
    return {"code": link.initiative.code, "pk": link.pk}


def _group_member() -> Arguments:
    member = WorkingGroupMember.objects.select_related("group__focus_area").order_by("pk")[0]
    return {"slug": member.group.focus_area.slug, "pk": member.pk}


def _question() -> Arguments:
    question = OpenQuestion.objects.select_related("group__focus_area").order_by("pk")[0]
    return {"slug": question.group.focus_area.slug, "position": question.position}


def _partnership() -> Arguments:
    partnership = Partnership.objects.select_related("action").order_by("pk")[0]
    return {"code": partnership.action.code, "pk": partnership.pk}


def _finding() -> Finding:
    return Finding.objects.filter(is_published=True).order_by("code", "pk")[0]


def _focus_area() -> FocusArea:
    return FocusArea.objects.filter(is_published=True, status="selected").order_by("position", "pk")[0]


def _user() -> User:
    return User.objects.get(email="anggota@contoh.semarang")


def _finding_in(status: str) -> Finding:
    return Finding.objects.filter(status=status).order_by("code", "pk")[0]


def _draft_evidence() -> Arguments:
    evidence = Evidence.objects.filter(finding__status__in=["draft", "returned"]).order_by("pk")[0]
    return {"code": evidence.finding.code, "pk": evidence.pk}


def _proposed_area() -> Arguments:
    return {"slug": FocusArea.objects.filter(status="proposed").order_by("position", "pk")[0].slug}


def _attached_finding() -> Arguments:
    link = FocusAreaFinding.objects.filter(focus_area__status="proposed").order_by("pk").first()
    link = link or FocusAreaFinding.objects.order_by("pk")[0]
    return {"slug": link.focus_area.slug, "code": link.finding.code}


def _survey(status: str) -> Survey:
    return Survey.objects.filter(status=status).order_by("pk")[0]


def _invitation() -> Arguments:
    link = Invitation.objects.filter(survey__status="open").order_by("pk")[0]
    return {"slug": link.survey.slug, "pk": link.pk}


def _paper_sheet() -> Arguments:
    sheet = PaperSheet.objects.select_related("version__survey").order_by("pk")[0]
    return {"slug": sheet.version.survey.slug, "pk": sheet.pk}


def _workshop() -> Arguments:
    workshop = Workshop.objects.select_related("survey").order_by("pk")[0]
    return {"slug": workshop.survey.slug, "pk": workshop.pk}


def _short_link() -> Arguments:
    links = Invitation.objects.filter(kind="open", survey__status="open", is_revoked=False)
    return {"code": short_code(links.order_by("-pk")[0])}


def _shown_link() -> Arguments:
    """A link whose token is derived; the one that the example city prints was brought along."""
    survey = _survey("open")
    made = Invitation(survey=survey, kind="open", label="Contoh")
    found = Invitation.objects.filter(survey=survey, label="Contoh").first()
    if found is None:
        made.token_hash = Invitation.hash_of(token_of(made.nonce))
        made.save()
    return {"slug": survey.slug, "pk": (found or made).pk}


def _chart() -> Arguments:
    return {"slug": _survey("published").slug, "key": "driver-09"}


def _published_edition() -> Arguments:
    edition = Edition.objects.filter(status="published").select_related("document").order_by("pk")[0]
    return {"kind": edition.kind.slug, "number": edition.number, "language": edition.language}


def _invited() -> User:
    """Somebody who has not chosen a password yet; the example logins all have one."""
    found = User.objects.filter(email="undangan@contoh.semarang").first()
    return found or User.objects.create_user("undangan@contoh.semarang", None, name="Undangan")


def _addressed_person() -> Person:
    """Somebody of the register with an address."""
    person = Person.objects.registered().order_by("pk")[0]
    if not person.email:
        person.email = "wakil@contoh.semarang"
        person.save(update_fields=["email"])
    return person


def _erasure_request() -> ErasureRequest:
    request, _made = ErasureRequest.objects.get_or_create(
        person=_addressed_person(), status="asked", defaults={"asked_at": timezone.now()}
    )
    return request


def _letter(status: str) -> Message:
    """A letter in a state; the example city sends none."""
    found = Message.objects.filter(status=status).exclude(recipient="").order_by("pk").first()
    now = timezone.now()
    reason = {"failed": "later"}.get(status, "")
    return found or Message.objects.create(
        kind="sample",
        purpose="surveys",
        recipient="anggota@contoh.semarang",
        language="id",
        about="sample",
        dedup_key=f"sample:{status}",
        status=status,
        reason=reason,
        attempts=1,
        attempt_limit=5,
        due_at=now,
        next_attempt_at=now,
        created_at=now,
        sent_at=now,
    )


def _open_answer() -> OpenAnswer:
    """An answer in words; the example city has some once its answers were counted."""
    found = OpenAnswer.objects.select_related("version__survey").order_by("pk").first()
    if found is None:
        version = _survey("published").current_version
        assert version is not None
        key = next(q.key for q in questionnaire_of(version) if q.is_open)
        found = OpenAnswer.objects.create(
            version=version, question_key=key, text="Perbaiki saluran.", sector="media"
        )
    return found


def _open_question() -> Arguments:
    answer = _open_answer()
    return {"slug": answer.version.survey.slug, "key": answer.question_key}


def _theme() -> Arguments:
    answer = _open_answer()
    survey = answer.version.survey
    theme, _made = Theme.objects.get_or_create(
        survey=survey, question_key=answer.question_key, position=99, defaults={"name": "Contoh"}
    )
    return {"slug": survey.slug, "pk": theme.pk}


def _import_run() -> Arguments:
    staff = User.objects.get(email="staf.cro@contoh.semarang")
    return {
        "pk": preview_import(
            kind="organisasi",
            file=io.BytesIO(b"Kode;Nama;Sektor\nsanggar-contoh;Sanggar Contoh;Komunitas\n;;Media\n"),
            file_name="contoh.csv",
            size=80,
            by=staff,
            at=timezone.now(),
        ).pk
    }


def _duplicate() -> Arguments:
    found = organization_candidates()[0]
    return {"kind": "organisasi", "winner": found.first, "loser": found.second}


def _meeting_file(kind: str) -> Arguments:
    file = EngagementFile.objects.select_related("engagement").get(kind=kind)
    return {"code": file.engagement.code, "pk": file.pk}


def _attendance() -> Arguments:
    line = Attendance.objects.select_related("engagement").filter(state="absent").order_by("pk")[0]
    return {"code": line.engagement.code, "pk": line.pk}


def _draft() -> Arguments:
    return {"slug": _survey("draft").slug}


def _draft_section() -> Section:
    return Section.objects.filter(version__survey__status="draft").order_by("position", "pk")[0]


def _draft_question() -> Question:
    rows = Question.objects.filter(section__version__survey__status="draft")
    return rows.order_by("-section__position", "-position", "pk")[0]


SAMPLES: dict[str, Callable[[], Arguments]] = {
    "": dict,
    "thread": lambda: {"kind": "finding", "code": _finding().code},
    "guide": lambda: {"slug": "koordinator-survei"},
    "user": lambda: {"pk": _user().pk},
    "invited_user": lambda: {"pk": _invited().pk},
    "password_link": lambda: {"token": password_token(_invited())},
    "open_answer": lambda: {"slug": _open_answer().version.survey.slug, "pk": _open_answer().pk},
    "open_question": _open_question,
    "theme": _theme,
    "list": lambda: {"kind": "organisasi"},
    "personal_list": lambda: {"kind": "orang"},
    "import_run": _import_run,
    "organization": lambda: {"code": Organization.objects.filter(is_published=True).order_by("code")[0].code},
    "membership": lambda: {"pk": ForumMembership.objects.order_by("pk")[0].pk},
    "person": lambda: {"pk": Person.objects.order_by("pk")[0].pk},
    "failed_letter": lambda: {"pk": _letter("failed").pk},
    "sent_letter": lambda: {"pk": _letter("sent").pk},
    "unsubscribe_link": lambda: {"token": token_for(_letter("sent"))},
    "erasure_request": lambda: {"pk": _erasure_request().pk},
    "my_data_link": lambda: {"token": link_token(_addressed_person())},
    "duplicate_kind": lambda: {"kind": "organisasi"},
    "duplicate": _duplicate,
    "engagement": lambda: {"code": "lokakarya-persepsi-2015-08"},
    "hidden_engagement": lambda: {"code": "wawancara-usaha-2015-10"},
    "engagement_step": lambda: {"code": "wawancara-usaha-2015-10", "step": "terbit"},
    "attendance": _attendance,
    "public_file": lambda: _meeting_file("slides"),
    "attendance_list": lambda: _meeting_file("attendance"),
    "agreement": lambda: {"pk": Agreement.objects.order_by("pk")[0].pk},
    "target_dimension": lambda: {"dimension": "sector_expertise"},
    "pillar": lambda: {"number": 1},
    "strategy": lambda: {"code": Strategy.objects.order_by("code", "pk")[0].code},
    "initiative": lambda: {"code": _initiative().code},
    "initiative_link": _initiative_link,
    "group": lambda: {"slug": _focus_area().slug},
    "group_member": _group_member,
    "question": _question,
    "action": lambda: {"code": _published_action().code},
    "partnership": _partnership,
    "finding": lambda: {"code": _finding().code},
    "focus_area": lambda: {"slug": _focus_area().slug},
    "draft_finding": lambda: {"code": _finding_in("draft").code},
    "draft_evidence": _draft_evidence,
    "submit_step": lambda: {"code": _finding_in("draft").code, "step": "submit"},
    "accept_step": lambda: {"code": _finding_in("submitted").code, "step": "accept"},
    "publish_step": lambda: {"code": _finding_in("accepted").code, "step": "publish"},
    "proposed_area": _proposed_area,
    "attached_finding": _attached_finding,
    "decide_step": lambda: _proposed_area() | {"step": "decide"},
    "publish_area_step": lambda: {"slug": _focus_area().slug, "step": "publish"},
    "hazard": lambda: {"slug": Hazard.objects.order_by("pk")[0].slug},
    "asset": lambda: {"code": Asset.objects.order_by("code", "pk")[0].code},
    "programme": lambda: {"code": Programme.objects.order_by("code", "pk")[0].code},
    "draft_survey": _draft,
    "draft_section": lambda: _draft() | {"pk": _draft_section().pk},
    "draft_question": lambda: _draft() | {"pk": _draft_question().pk},
    "draft_version": lambda: _draft() | {"number": 1},
    "question_kind": lambda: _draft() | {"pk": _draft_section().pk, "kind": "scale"},
    "bank_kind": lambda: {"kind": "single"},
    "bank_question": lambda: {"key": BankQuestion.objects.order_by("key")[0].key},
    "bank_step": lambda: {"key": BankQuestion.objects.order_by("key")[0].key, "step": "retire"},
    "survey_version": lambda: {"slug": _survey("open").slug, "number": 1},
    "open_survey": lambda: {"slug": _survey("open").slug},
    "published_survey": lambda: {"slug": _survey("published").slug},
    "survey_link": lambda: {"slug": _survey("open").slug, "token": OPEN_SURVEY_TOKEN},
    "receipt": lambda: {"receipt": Response.objects.order_by("pk")[0].receipt},
    "chart": _chart,
    "paper_sheet": _paper_sheet,
    "paper_form": lambda: {"pk": PaperForm.objects.order_by("pk")[0].pk},
    "workshop": _workshop,
    "room": lambda: {"code": Workshop.objects.order_by("pk")[0].code},
    "short_link": _short_link,
    "invitation": _invitation,
    "open_invitation": _shown_link,
    "published_edition": _published_edition,
    "published_file": lambda: {"pk": Edition.objects.filter(status="published").order_by("pk")[0].pk},
    "draft_file": lambda: {"pk": Edition.objects.filter(status="ready").order_by("pk")[0].pk},
    "api_cycle": lambda: {"code": Cycle.objects.order_by("pk")[0].slug},
    "api_hazard": lambda: {"code": Hazard.objects.order_by("pk")[0].slug},
    "api_survey": lambda: {"code": _survey("published").slug},
    "api_survey_version": lambda: {"code": _survey("published").slug, "number": 1},
    "api_sheet": lambda: {"code": _survey("open").slug, "uuid": "8d7f5f0e-0f53-4f52-9d8c-3e6f4b9b8a11"},
    "api_focus_area": lambda: {"code": _focus_area().slug},
}
