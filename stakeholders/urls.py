"""Addresses of stakeholders."""

from django.urls import path

from .views import consents, my_data, public, work

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
    path("kerja/forum/persetujuan/", consents.consent_texts, name="consent_texts"),
    path("kerja/forum/penghapusan/", consents.erasure_requests, name="erasure_requests"),
    path("kerja/forum/penghapusan/<int:pk>/tolak/", consents.erasure_refuse, name="erasure_refuse"),
    path("kerja/forum/orang/<int:pk>/persetujuan/", consents.person_consents, name="person_consents"),
    path("kerja/forum/orang/<int:pk>/hapus/", consents.person_erase, name="person_erase"),
    path("kerja/forum/orang/<int:pk>/data.json", consents.person_export, name="person_export"),
    path("saya/", my_data.my_data, name="my_data"),
    path("saya/data.json", my_data.my_data_file, name="my_data_file"),
    path("saya/persetujuan/", my_data.my_consent, name="my_consent"),
    path("saya/hapus/", my_data.my_erasure, name="my_erasure"),
    path("saya/tautan/", my_data.my_data_ask, name="my_data_ask"),
    path("saya/tautan/<str:token>/", my_data.my_data, name="my_data_link"),
    path("saya/tautan/<str:token>/data.json", my_data.my_data_file, name="my_data_link_file"),
    path("saya/tautan/<str:token>/persetujuan/", my_data.my_consent, name="my_link_consent"),
    path("saya/tautan/<str:token>/hapus/", my_data.my_erasure, name="my_link_erasure"),
    path("kerja/forum/<slug:code>/", work.work_organization, name="work_organization"),
]
