"""Reaching people: invitations, reminders, targets."""

from django.urls import path

from assessment.views import survey_reach

urlpatterns = [
    path("kerja/survei/<slug:slug>/undangan/", survey_reach.invitations, name="work_survey_invitations"),
    path("kerja/survei/<slug:slug>/undangan/kuota/", survey_reach.quotas, name="work_survey_quotas"),
    path(
        "kerja/survei/<slug:slug>/undangan/daftar/",
        survey_reach.address_list,
        name="work_survey_address_list",
    ),
    path("kerja/survei/<slug:slug>/undangan/kirim/", survey_reach.invite, name="work_survey_invite"),
    path("kerja/survei/<slug:slug>/undangan/ingatkan/", survey_reach.remind, name="work_survey_remind"),
    path("kerja/survei/<slug:slug>/target/", survey_reach.targets, name="work_survey_targets"),
]
