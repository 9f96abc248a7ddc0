"""A survey at work: its steps and its links."""

from django.urls import path

from assessment.views import survey_work

urlpatterns = [
    path("kerja/survei/", survey_work.survey_table, name="work_surveys"),
    path("kerja/survei/<slug:slug>/", survey_work.survey_monitor, name="work_survey"),
    path(
        "kerja/survei/<slug:slug>/buka/", survey_work.survey_step, {"step": "open"}, name="work_survey_open"
    ),
    path(
        "kerja/survei/<slug:slug>/tutup/",
        survey_work.survey_step,
        {"step": "close"},
        name="work_survey_close",
    ),
    path(
        "kerja/survei/<slug:slug>/tinjau/",
        survey_work.survey_step,
        {"step": "review"},
        name="work_survey_review",
    ),
    path("kerja/survei/<slug:slug>/buka-lagi/", survey_work.survey_reopen, name="work_survey_reopen"),
    path("kerja/survei/<slug:slug>/tarik-hasil/", survey_work.survey_unpublish, name="work_survey_unpublish"),
    path(
        "kerja/survei/<slug:slug>/terbitkan/",
        survey_work.survey_step,
        {"step": "publish"},
        name="work_survey_publish",
    ),
    path("kerja/survei/<slug:slug>/tautan/", survey_work.survey_link, name="work_survey_link"),
    path(
        "kerja/survei/<slug:slug>/tautan/<int:pk>/",
        survey_work.survey_link_show,
        name="work_survey_link_show",
    ),
    path(
        "kerja/survei/<slug:slug>/tautan/<int:pk>/cabut/",
        survey_work.survey_link_withdraw,
        name="work_survey_link_withdraw",
    ),
]
