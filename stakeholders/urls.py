"""Addresses of stakeholders."""

from django.urls import path

from .views import public, work

app_name = "stakeholders"
urlpatterns = [
    path("forum/", public.forum, name="forum"),
    path("forum/mitra/", public.organizations, name="organizations"),
    path("forum/mitra/<slug:code>/", public.organization, name="organization"),
    path("kerja/forum/", work.work_organizations, name="work_organizations"),
    path("kerja/forum/baru/", work.work_organization_new, name="work_organization_new"),
    path("kerja/forum/anggota/", work.work_members, name="work_members"),
    path("kerja/forum/anggota/baru/", work.work_member_new, name="work_member_new"),
    path("kerja/forum/anggota/<int:pk>/akhiri/", work.work_member_leave, name="work_member_leave"),
    path("kerja/forum/orang/baru/", work.work_person_new, name="work_person_new"),
    path("kerja/forum/orang/<int:pk>/", work.work_person, name="work_person"),
    path("kerja/forum/<slug:code>/", work.work_organization, name="work_organization"),
]
