"""The board, moves, the parts of an opportunity, and settings of pipelines."""

from django.urls import path

from shangji.core.opportunities.pages import board, bulk, moves, parts
from shangji.core.opportunities.pages.settings import lists, pipelines

app_name = "opportunities"
_S = "settings/"
urlpatterns = [
    path(f"{_S}pipelines/", pipelines.pipelines, name="pipelines"),
    path(f"{_S}pipelines/new/", pipelines.pipeline, name="pipeline_new"),
    path(f"{_S}pipelines/<int:pk>/", pipelines.pipeline, name="pipeline"),
    path(f"{_S}pipelines/<int:pipeline>/stages/new/", pipelines.stage, name="stage_new"),
    path(f"{_S}stages/<int:pk>/", pipelines.stage, name="stage"),
    path(f"{_S}stages/<int:pk>/order/", pipelines.stage_order, name="stage_order"),
    path(f"{_S}stages/<int:pk>/use/", pipelines.stage_use, name="stage_use"),
    path(f"{_S}reasons/", lists.reasons, name="reasons"),
    path(f"{_S}reasons/new/", lists.reason, name="reason_new"),
    path(f"{_S}reasons/<int:pk>/", lists.reason, name="reason"),
    path(f"{_S}reasons/<int:pk>/use/", lists.reason_use, name="reason_use"),
    path(f"{_S}competitors/", lists.competitors, name="competitors_settings"),
    path(f"{_S}competitors/new/", lists.competitor, name="competitor_new"),
    path(f"{_S}competitors/<int:pk>/", lists.competitor, name="competitor"),
    path(f"{_S}competitors/<int:pk>/delete/", lists.competitor_delete, name="competitor_delete"),
    path(f"{_S}channels/", lists.channels, name="channels"),
    path(f"{_S}channels/new/", lists.channel, name="channel_new"),
    path(f"{_S}channels/<int:pk>/", lists.channel, name="channel"),
    path(f"{_S}channels/<int:pk>/use/", lists.channel_use, name="channel_use"),
    path("phases/<str:phase>/", board.phase, name="phase"),
    path("opportunities/board/", board.board, name="board"),
    path("opportunities/board/<int:stage>/more/", board.more, name="more"),
    path("opportunities/bulk-move/", bulk.bulk_move, name="bulk_move"),
    path("opportunities/bulk-step/", bulk.bulk_step, name="bulk_step"),
    path("opportunities/<int:pk>/facts/", parts.facts, name="facts"),
    path("opportunities/<int:pk>/move/", moves.move, name="move"),
    path("opportunities/<int:pk>/win/", moves.move, {"kind": "won"}, name="win"),
    path("opportunities/<int:pk>/lose/", moves.move, {"kind": "lost"}, name="lose"),
    path("opportunities/<int:pk>/reopen/", moves.reopen, name="reopen"),
    path("opportunities/<int:pk>/next-step/", parts.next_step, name="next_step"),
    path("opportunities/<int:pk>/default/<str:what>/", parts.default, name="default"),
    path("opportunities/<int:pk>/people/", parts.people, name="people"),
    path(
        "opportunities/<int:pk>/people/<int:contact>/remove/",
        parts.person_remove,
        name="person_remove",
    ),
    path("opportunities/<int:pk>/lines/", parts.lines, name="lines"),
    path("opportunities/<int:pk>/competitors/", parts.competitors, name="competitors"),
]
