"""Results: what stands out, groups, rounds, contradictions, one question, tables to take away."""

from django.urls import path

from assessment.views import survey_chart, survey_csv, survey_results

urlpatterns = [
    path("kerja/survei/<slug:slug>/analisis/", survey_results.survey_analysis, name="work_survey_analysis"),
    path("survei/<slug:slug>/hasil/", survey_results.survey_results_page, name="survey_results"),
    path("survei/<slug:slug>/hasil.csv", survey_csv.survey_results_csv, name="survey_results_csv"),
    path("survei/<slug:slug>/hasil/<slug:key>/", survey_chart.survey_chart, name="survey_chart"),
    path("survei/<slug:slug>/hasil/<slug:key>.csv", survey_csv.survey_chart_csv, name="survey_chart_csv"),
    path("survei/<slug:slug>/perbandingan/", survey_results.survey_differences, name="survey_differences"),
    path(
        "survei/<slug:slug>/pertentangan/",
        survey_results.survey_contradictions,
        name="survey_contradictions",
    ),
    path("survei/<slug:slug>/putaran/", survey_results.survey_rounds, name="survey_rounds"),
    path("survei/<slug:slug>/putaran.csv", survey_csv.survey_rounds_csv, name="survey_rounds_csv"),
]
