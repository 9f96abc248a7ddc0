"""Addresses of documents."""

from django.urls import path

from .views import paper, public, work

app_name = "documents"
urlpatterns = [
    path("dokumen/", public.public_list, name="public_list"),
    path("dokumen/unduh/<int:pk>/", public.download, name="download"),
    path("dokumen/<slug:kind>/<int:number>/<slug:language>/", public.edition, name="edition"),
    path("kerja/dokumen/", work.work_editions, name="work_editions"),
    path("kerja/dokumen/minta/", work.work_edition_request, name="work_edition_request"),
    path("kerja/dokumen/<int:pk>/", work.work_edition, name="work_edition"),
    path("kerja/dokumen/<int:pk>/kemajuan/", work.work_edition_progress, name="work_edition_progress"),
    path("kerja/dokumen/<int:pk>/terbitkan/", work.work_edition_publish, name="work_edition_publish"),
    path("kerja/dokumen/<int:pk>/ulangi/", work.work_edition_retry, name="work_edition_retry"),
    path("kerja/survei/<slug:slug>/kertas/formulir/", paper.request_form, name="paper_form_request"),
    path("kerja/kuesioner/<int:pk>/", paper.download, name="paper_form"),
    path("kerja/kuesioner/<int:pk>/kemajuan/", paper.progress, name="paper_form_progress"),
]
