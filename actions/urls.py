"""Addresses of actions."""

from django.urls import path

from .views import public, work

app_name = "actions"
urlpatterns = [
    path("rencana-tindak-lanjut/", public.action_list, name="action_list"),
    path("rencana-tindak-lanjut/mitra/", public.partners, name="partners"),
    path("rencana-tindak-lanjut/<str:code>/", public.action, name="action"),
    path("kerja/rencana/", work.work_actions, name="work_actions"),
    path("kerja/rencana/baru/", work.work_action_new, name="work_action_new"),
    path("kerja/rencana/<str:code>/", work.work_action, name="work_action"),
    path("kerja/rencana/<str:code>/mulai/", work.work_action_start, name="work_action_start"),
    path("kerja/rencana/<str:code>/selesai/", work.work_action_finish, name="work_action_finish"),
    path("kerja/rencana/<str:code>/koreksi/", work.work_action_correct, name="work_action_correct"),
    path("kerja/rencana/<str:code>/terbitkan/", work.work_action_publish, name="work_action_publish"),
    path("kerja/rencana/<str:code>/mitra/", work.work_action_partner, name="work_action_partner"),
    path(
        "kerja/rencana/<str:code>/mitra/<int:pk>/hapus/",
        work.work_action_partner_remove,
        name="work_action_partner_remove",
    ),
]
