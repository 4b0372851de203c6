"""/evaluate/ for the phase, /opportunities/<pk>/evaluate/ for one opportunity."""

from django.urls import path

from shangji.phases.evaluate.pages import competition, market, resources, work

app_name = "evaluate"
urlpatterns = [
    path("evaluate/queue/", work.queue, name="queue"),
    path("settings/order-of-work/", work.settings, name="work_settings"),
    path("evaluate/markets/", market.markets, name="markets"),
    path("evaluate/competitors/", competition.competitors, name="competitors"),
    path("evaluate/capacity/", resources.capacity, name="capacity"),
    path("evaluate/capacity/plan/", resources.capacity_plan, name="capacity_plan"),
    path("opportunities/<int:pk>/evaluate/market/", market.market, name="market"),
    path("opportunities/<int:pk>/evaluate/market/set/", market.market_set, name="market_set"),
    path(
        "opportunities/<int:pk>/evaluate/competition/",
        competition.competition,
        name="competition",
    ),
    path(
        "opportunities/<int:pk>/evaluate/competition/add/",
        competition.rival_add,
        name="rival_add",
    ),
    path(
        "opportunities/<int:pk>/evaluate/competition/<int:competitor>/remove/",
        competition.rival_remove,
        name="rival_remove",
    ),
    path("opportunities/<int:pk>/evaluate/resources/", resources.resources, name="resources"),
    path("opportunities/<int:pk>/evaluate/resources/book/", resources.plan_book, name="plan_book"),
    path("opportunities/<int:pk>/evaluate/resources/release/", resources.release, name="release"),
]
