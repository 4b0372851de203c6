"""The board, moves, the parts of an opportunity, and settings of pipelines."""

from django.urls import path

from shangji.core.opportunities.pages import board, bulk, moves, parts

app_name = "opportunities"
urlpatterns = [
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
