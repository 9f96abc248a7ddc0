"""The world of the benchmarks: the example city in a database that is given empty."""

from __future__ import annotations

import random
from dataclasses import dataclass

from django.core.management import call_command

from assessment.models import Survey, SurveyVersion
from assessment.operations import surveys
from assessment.questionnaire import Questionnaire, questionnaire_of
from semarang_resilience.accounts.models import User
from stakeholders.models import Sector

SLUG = "patokan"


@dataclass(frozen=True)
class World:
    """An open survey with a link that answers as often as wanted."""

    survey: Survey
    version: SurveyVersion
    questionnaire: Questionnaire
    token: str

    def form(self, chance: random.Random) -> dict[str, str]:
        """A filled-in form, every closed question answered."""
        data = {"sector": chance.choice(Sector.values), "district": chance.choice(self.districts)}
        for question in self.questionnaire:
            for item in question.items:
                data[item.name] = chance.choice(list(item.codes))
        return data

    @property
    def districts(self) -> list[str]:
        return [district.code for district in self.questionnaire.districts]


def build_world() -> World:
    """Migrate, load the example city, open a survey of the standard questions."""
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    staff = User.objects.filter(roles__contains=["cro_staff"]).order_by("pk")[0]
    model = Survey.objects.exclude(slug__startswith=SLUG).filter(status="open").order_by("pk")[0]
    survey = open_survey_like(model, slug=SLUG)
    _, token = surveys.issue_link(survey=survey, kind="open", label="patokan", by=staff, at=model.opens_at)
    version = survey.current_version
    assert version
    return World(survey=survey, version=version, questionnaire=questionnaire_of(version), token=token)


def open_survey_like(model: Survey, *, slug: str) -> Survey:
    """An open survey of the standard questions with the dates of another one."""
    survey = Survey.objects.filter(slug=slug).first()
    if survey is not None:
        return survey
    staff = User.objects.filter(roles__contains=["cro_staff"]).order_by("pk")[0]
    assert model.current_version
    survey = surveys.create_survey(
        cycle=model.cycle,
        slug=slug,
        title_id="Patokan",
        title_en="Benchmark",
        introduction_id="Patokan",
        introduction_en="Benchmark",
        opens_at=model.opens_at,
        closes_at=model.closes_at,
        by=staff,
        at=model.opens_at,
    )
    framework = model.current_version.framework
    assert framework
    sections = surveys.standard_sections(framework=framework, cycle=model.cycle)
    surveys.add_version(survey=survey, framework=framework, sections=sections, by=staff, at=model.opens_at)
    return surveys.open_survey(survey=survey, by=staff, at=model.opens_at)
