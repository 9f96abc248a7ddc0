"""Addresses of the assessment, one module for each kind of work; staff pages lie below kerja/.

The first that matches wins: modules with fixed words come before those with a code in their place.
"""

from . import (
    findings,
    inventory,
    reading,
    survey_analysis,
    survey_answer,
    survey_build,
    survey_exports,
    survey_field,
    survey_open_answers,
    survey_reach,
    survey_work,
    surveys,
)

app_name = "assessment"
urlpatterns = [
    *reading.urlpatterns,
    *findings.urlpatterns,
    *inventory.urlpatterns,
    *survey_build.urlpatterns,
    *survey_reach.urlpatterns,
    *survey_answer.urlpatterns,
    *survey_field.urlpatterns,
    *survey_open_answers.urlpatterns,
    *survey_exports.urlpatterns,
    *survey_analysis.urlpatterns,
    *survey_work.urlpatterns,
    *surveys.urlpatterns,
]
