"""Taking answers away with their code book."""

from django.urls import path

from assessment.views import survey_exports

urlpatterns = [
    path("kerja/survei/<slug:slug>/ekspor/", survey_exports.work_survey_exports, name="work_survey_exports"),
    path(
        "kerja/survei/<slug:slug>/ekspor/unduh/",
        survey_exports.work_survey_export,
        name="work_survey_export",
    ),
]
