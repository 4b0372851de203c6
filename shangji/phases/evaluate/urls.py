"""/evaluate/ for the phase, /opportunities/<pk>/evaluate/ for one opportunity."""

from django.urls import path

from shangji.phases.evaluate.pages import decision, profit, risk, work

app_name = "evaluate"
_OF = "opportunities/<int:pk>/evaluate/"
urlpatterns = [
    path("evaluate/queue/", work.queue, name="queue"),
    path("settings/order-of-work/", work.settings, name="work_settings"),
    path("settings/decisions/", decision.policy, name="policy"),
    path("decisions/<int:pk>/approve/", decision.approve, name="decision_approve"),
    path("decisions/<int:pk>/refuse/", decision.refuse, name="decision_refuse"),
    path("decisions/<int:pk>/withdraw/", decision.withdraw, name="decision_withdraw"),
    path(f"{_OF}decision/", decision.sheet, name="decision"),
    path(f"{_OF}decide/<str:verdict>/", decision.make, name="decide"),
    path("forecasts/<int:pk>/main/", profit.main, name="profit_main"),
    path("forecasts/<int:pk>/anew/", profit.anew, name="profit_anew"),
    path("forecasts/<int:pk>/delete/", profit.delete, name="profit_delete"),
    path(f"{_OF}profit/", profit.profit, name="profit"),
    path("evaluate/risks/", risk.risks, name="risks"),
    path("risks/<int:pk>/review/", risk.review, name="risk_review"),
    path("risks/<int:pk>/close/", risk.close, name="risk_close"),
    path("risks/<int:pk>/reopen/", risk.reopen, name="risk_reopen"),
    path(f"{_OF}risks/", risk.risks_of, name="risks_of"),
]
