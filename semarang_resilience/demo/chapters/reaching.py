"""What people agreed to, so that they may be named and invited; how many answers are wanted from whom."""

from assessment.models import Survey
from assessment.operations.survey_inviting import set_targets
from semarang_resilience.demo.cast import LEAD, STAFF, actor
from semarang_resilience.demo.data import table
from semarang_resilience.demo.story import Chapter, moment, the_cycle
from stakeholders.models import Consent, ConsentText, ConsentWay, Person, Purpose
from stakeholders.operations.consents import give_consent, publish_consent_text
from stakeholders.operations.forum import update_person

from .surveys import open_row


def is_played() -> bool:
    return ConsentText.objects.exists() and Consent.objects.exists()


def play() -> None:
    day = table("forum")["since_example"]
    for row in table("reaching")["texts"]:
        publish_consent_text(**row, in_use_from=day, by=actor(LEAD), at=moment(day))
    people = Person.objects.registered().filter(memberships__cycle=the_cycle()).order_by("pk").distinct()
    for number, person in enumerate(people, start=1):
        _agree(person, number)
    wanted = {
        (row.get("sector", ""), row.get("district", "")): row["wanted"]
        for row in table("reaching")["targets"]
    }
    survey = Survey.objects.get(slug=open_row()["slug"])
    set_targets(survey=survey, wanted=wanted, by=actor(STAFF), at=survey.opens_at)


def _agree(person: Person, number: int) -> None:
    """An address that nobody has; every fourth person does not want to be invited to surveys."""
    at, staff = moment(table("forum")["since_example"]), actor(STAFF)
    if not person.email:
        update_person(person=person, changes={"email": f"wakil-{number}@contoh.semarang"}, by=staff, at=at)
    purposes = [Purpose.CONTACT] if number % 4 == 0 else [Purpose.CONTACT, Purpose.SURVEYS]
    for purpose in [*([Purpose.NAMED] if person.agreed_to_be_named else []), *purposes]:
        give_consent(person=person, purpose=purpose, way=ConsentWay.WRITTEN, by=staff, at=at)


CHAPTER = Chapter("consents and targets", is_played, play)
