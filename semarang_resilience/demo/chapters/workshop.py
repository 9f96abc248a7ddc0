"""One workshop of the open survey, held and ended: its results stand as they stood on the screen."""

from random import Random

from assessment.models import Survey, Workshop
from assessment.operations.survey_workshop import create_workshop, end_workshop, open_question
from assessment.operations.survey_workshop_room import answer_question, join_workshop
from assessment.questionnaire import questionnaire_of
from semarang_resilience.demo.cast import STAFF, actor
from semarang_resilience.demo.data import table
from semarang_resilience.demo.respondents import one_sheet
from semarang_resilience.demo.story import Chapter, moment


def is_played() -> bool:
    return Workshop.objects.filter(code=table("workshop")["code"]).exists()


def play() -> None:
    row = table("workshop")
    survey = Survey.objects.get(slug=row["survey"])
    staff, at = actor(STAFF), moment(row["held_on"], hour=10)
    workshop = create_workshop(
        survey=survey, name=row["name"], held_on=row["held_on"], code=row["code"], by=staff, at=at
    )
    questionnaire = questionnaire_of(workshop.version)
    people = []
    for number, sector in enumerate(row["sectors"], start=1):
        draw = Random(f"{row['code']}-{number}")  # noqa: S311  an example, not a secret
        sheet = one_sheet(sector, draw)
        phone = join_workshop(workshop=workshop, sector=sector, district=sheet["district"], at=at)
        people.append((phone, sheet["answers"]))
    seen = ":closed"
    for key in row["questions"]:
        question = questionnaire.by_key[key]
        open_question(workshop=workshop, key=key, seen=seen, by=staff, at=at)
        seen = f"{key}:open"
        for phone, answers in people:
            if (answer := answers.get(key)) is None:
                continue
            codes = answer if isinstance(answer, list | tuple) else [answer]
            if question.has_slot_for_each_option:
                data = {question.name: [str(code) for code in codes]}
            else:
                names = zip(question.items, codes, strict=True)
                data = {item.name: [str(code)] for item, code in names}
            if any(values for values in data.values()):
                answer_question(workshop=workshop, participant=phone, key=key, data=data, at=at)
    end_workshop(workshop=workshop, by=staff, at=at)


CHAPTER = Chapter("workshop", is_played, play)
