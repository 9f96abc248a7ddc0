"""Addresses of strategy."""

from django.urls import path

from .views import public, work_groups, work_tree

app_name = "strategy"
urlpatterns = [
    path("strategi/", public.tree, name="tree"),
    path("strategi/pilar/<int:number>/", public.pillar, name="pillar"),
    path("strategi/inisiatif/<str:code>/", public.initiative, name="initiative"),
    path("pokja/", public.groups, name="groups"),
    path("pokja/<slug:slug>/", public.group, name="group"),
    path("kerja/strategi/", work_tree.work_tree, name="work_tree"),
    path("kerja/strategi/pilar/baru/", work_tree.work_pillar_new, name="work_pillar_new"),
    path("kerja/strategi/pilar/<int:number>/", work_tree.work_pillar, name="work_pillar"),
    path(
        "kerja/strategi/pilar/<int:number>/strategi-baru/",
        work_tree.work_strategy_new,
        name="work_strategy_new",
    ),
    path("kerja/strategi/strategi/<str:code>/", work_tree.work_strategy, name="work_strategy"),
    path("kerja/strategi/inisiatif/baru/", work_tree.work_initiative_new, name="work_initiative_new"),
    path("kerja/strategi/inisiatif/<str:code>/", work_tree.work_initiative, name="work_initiative"),
    path(
        "kerja/strategi/inisiatif/<str:code>/alasan/",
        work_tree.work_initiative_link,
        name="work_initiative_link",
    ),
    path(
        "kerja/strategi/inisiatif/<str:code>/alasan/<int:pk>/hapus/",
        work_tree.work_initiative_unlink,
        name="work_initiative_unlink",
    ),
    path(
        "kerja/strategi/inisiatif/<str:code>/terbitkan/",
        work_tree.work_initiative_publish,
        name="work_initiative_publish",
    ),
    path("kerja/pokja/", work_groups.work_groups, name="work_groups"),
    path("kerja/pokja/baru/", work_groups.work_group_new, name="work_group_new"),
    path("kerja/pokja/<slug:slug>/", work_groups.work_group, name="work_group"),
    path("kerja/pokja/<slug:slug>/anggota/", work_groups.work_group_member, name="work_group_member"),
    path(
        "kerja/pokja/<slug:slug>/anggota/<int:pk>/keluarkan/",
        work_groups.work_group_member_remove,
        name="work_group_member_remove",
    ),
    path("kerja/pokja/<slug:slug>/pertanyaan/", work_groups.work_question_new, name="work_question_new"),
    path(
        "kerja/pokja/<slug:slug>/pertanyaan/<int:position>/",
        work_groups.work_question_answer,
        name="work_question_answer",
    ),
]
