"""/evaluate/ for the phase, /opportunities/<pk>/evaluate/ for one opportunity."""

from django.urls import path

from shangji.phases.evaluate.pages import intent, lift, model, probability, work

app_name = "evaluate"
urlpatterns = [
    path("evaluate/queue/", work.queue, name="queue"),
    path("settings/order-of-work/", work.settings, name="work_settings"),
    path("opportunities/<int:pk>/evaluate/intent/", intent.intent, name="intent"),
    path("settings/intent/", intent.settings, name="intent_settings"),
    path(
        "opportunities/<int:pk>/evaluate/probability/",
        probability.probability,
        name="probability",
    ),
    path("evaluate/model/", model.model, name="model"),
    path("evaluate/model/train/", model.train, name="train"),
    path("evaluate/lift/", lift.lift, name="lift"),
]
