"""/evaluate/ for the phase, /opportunities/<pk>/evaluate/ for one opportunity."""

from django.urls import path

from shangji.lib.later import pages_of

# loaded with their first request: a start does not pay for them
_PAGES = "shangji.phases.evaluate.pages"
assessments, comparison, competition, decision = pages_of(
    _PAGES, "assessments comparison competition decision"
)
decision_file, intent, lift, market = pages_of(_PAGES, "decision_file intent lift market")
model, probability, profit, ranking = pages_of(_PAGES, "model probability profit ranking")
ranking, resources, risk = pages_of(_PAGES, "ranking resources risk")
scorecards, work = pages_of(_PAGES, "scorecards work")
app_name = "evaluate"
_OF = "opportunities/<int:pk>/evaluate/"
urlpatterns = [
    path("evaluate/queue/", work.queue, name="queue"),
    path("settings/order-of-work/", work.settings, name="work_settings"),
    # scorecards and comparison
    path("evaluate/ranking/", ranking.ranking, name="ranking"),
    path("evaluate/compare/", comparison.compare_page, name="compare"),
    path("evaluate/compare/chosen/", comparison.compare_chosen, name="compare_chosen"),
    path("evaluate/compare/pdf/", comparison.compare_pdf, name="compare_pdf"),
    path("evaluate/compare/xlsx/", comparison.compare_xlsx, name="compare_xlsx"),
    path(f"{_OF}scorecard/", assessments.scorecard, name="scorecard"),
    path("settings/scorecards/", scorecards.scorecards, name="scorecards"),
    path("settings/scorecards/new/", scorecards.scorecard_new, name="scorecard_new"),
    path("settings/scorecards/<int:pk>/", scorecards.scorecard_edit, name="scorecard_edit"),
    *(
        path(f"settings/scorecards/<int:pk>/{verb}/", page, name=f"scorecard_{verb}")
        for verb, page in (
            ("preview", scorecards.scorecard_preview),
            ("pairs", scorecards.scorecard_pairs),
            ("publish", scorecards.scorecard_publish),
            ("default", scorecards.scorecard_default),
            ("use", scorecards.scorecard_use),
        )
    ),
    path(f"{_OF}intent/", intent.intent, name="intent"),
    path("settings/intent/", intent.settings, name="intent_settings"),
    path(f"{_OF}probability/", probability.probability, name="probability"),
    path("evaluate/model/", model.model, name="model"),
    path("evaluate/model/train/", model.train, name="train"),
    path("evaluate/lift/", lift.lift, name="lift"),
    path("settings/decisions/", decision.policy, name="policy"),
    path("decisions/<int:pk>/approve/", decision.approve, name="decision_approve"),
    path("decisions/<int:pk>/refuse/", decision.refuse, name="decision_refuse"),
    path("decisions/<int:pk>/withdraw/", decision.withdraw, name="decision_withdraw"),
    path(f"{_OF}decision/", decision.sheet, name="decision"),
    path(f"{_OF}decision/pdf/", decision_file.pdf, name="decision_pdf"),
    path(f"{_OF}decide/<str:verdict>/", decision.make, name="decide"),
    path("forecasts/<int:pk>/main/", profit.main, name="profit_main"),
    path("forecasts/<int:pk>/anew/", profit.anew, name="profit_anew"),
    path("forecasts/<int:pk>/delete/", profit.delete, name="profit_delete"),
    path(f"{_OF}profit/", profit.profit, name="profit"),
    path("evaluate/markets/", market.markets, name="markets"),
    path("evaluate/competitors/", competition.competitors, name="competitors"),
    path("evaluate/capacity/", resources.capacity, name="capacity"),
    path("evaluate/capacity/plan/", resources.capacity_plan, name="capacity_plan"),
    path(f"{_OF}market/", market.market, name="market"),
    path(f"{_OF}market/set/", market.market_set, name="market_set"),
    path(f"{_OF}competition/", competition.competition, name="competition"),
    path(f"{_OF}competition/add/", competition.rival_add, name="rival_add"),
    path(
        f"{_OF}competition/<int:competitor>/remove/",
        competition.rival_remove,
        name="rival_remove",
    ),
    path(f"{_OF}resources/", resources.resources, name="resources"),
    path(f"{_OF}resources/book/", resources.plan_book, name="plan_book"),
    path(f"{_OF}resources/release/", resources.release, name="release"),
    path("evaluate/risks/", risk.risks, name="risks"),
    path("risks/<int:pk>/review/", risk.review, name="risk_review"),
    path("risks/<int:pk>/close/", risk.close, name="risk_close"),
    path("risks/<int:pk>/reopen/", risk.reopen, name="risk_reopen"),
    path(f"{_OF}risks/", risk.risks_of, name="risks_of"),
]
