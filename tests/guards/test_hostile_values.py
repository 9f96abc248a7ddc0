"""Values that no form of ours sends are answered, never with an error of the server."""

import pytest
from django.test import Client
from django.urls import reverse

from assessment.models import BankQuestion, Survey
from semarang_resilience.accounts.models import User

pytestmark = pytest.mark.usefixtures("example_city")
NUL = "a\x00b"
NO_NUMBERS = ["²", "9" * 5_000, NUL]


@pytest.fixture
def lead(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.get(roles=["cro_lead"], is_example=True))
    return client


@pytest.mark.parametrize(
    "address", ["/id/survei/terima/%00/", "/en/penilaian/temuan/F%00/", "/id/s/%00/", "/id/lokakarya/%00/"]
)
def test_a_nul_in_a_public_address_is_a_page_that_does_not_exist(
    db: None, client: Client, address: str
) -> None:
    assert client.get(address).status_code == 404


def test_a_nul_in_a_reason_is_answered_with_a_sentence(lead: Client) -> None:
    survey = Survey.objects.filter(status="published").first()
    assert survey is not None
    address = f"/en/kerja/survei/{survey.slug}/tarik-hasil/"
    answer = lead.post(address, {"reason": NUL})
    assert answer.status_code == 400
    assert "Type it anew" in answer.content.decode()
    survey.refresh_from_db()
    assert survey.status == "published"


@pytest.mark.parametrize("value", NO_NUMBERS, ids=["superscript", "digits", "nul"])
def test_a_version_that_is_no_number_does_not_exist(lead: Client, value: str) -> None:
    survey = Survey.objects.get(status="open")
    entry = reverse("assessment:work_survey_paper_entry", args=[survey.slug])
    assert lead.post(entry, {"version": value}).status_code == 404
    form = reverse("documents:paper_form_request", args=[survey.slug])
    assert lead.post(form, {"version": value, "language": "id"}).status_code == 404
    number = str(survey.current_version.number)  # type: ignore[union-attr]
    sent = {"version": number, "language": "id", "link": value}
    assert lead.post(form, sent).status_code == 404


@pytest.mark.parametrize("value", NO_NUMBERS, ids=["superscript", "digits", "nul"])
def test_rows_of_a_question_that_are_no_number_show_the_form(lead: Client, value: str) -> None:
    assert BankQuestion.objects.exists()
    address = reverse("assessment:work_bank_new", args=["single"])
    for sent in ({"more": "1", "rows": value}, {"up": value}):
        assert lead.post(address, sent).status_code in (200, 422)
