"""Lines of the matrix about scorecards, assessments, ranking and comparison."""

from tests.matrix import table as t
from tests.matrix.routes import Ask, get, on_deal, post, thing

#: who may export finds nothing without ids; others are refused before
_NOTHING_TO_EXPORT = t.same("404", service="403", readonly="403", custom="403")
_CARD = thing("scorecard")

SCORING: dict[str, list[Ask]] = {
    "evaluate:ranking": [get(t.EVERYBODY)],
    "evaluate:compare": [get(t.EVERYBODY)],
    "evaluate:compare_chosen": [post(t.EVERYBODY)],
    "evaluate:compare_pdf": [get(_NOTHING_TO_EXPORT)],
    "evaluate:compare_xlsx": [get(_NOTHING_TO_EXPORT)],
    "evaluate:scorecard": [
        on_deal(get, t.READ),
        on_deal(post, t.EDIT, data={"v-urgency": "7", "t-urgency": "deadline in May"}),
    ],
    "evaluate:scorecards": [get(t.PIPELINES)],
    "evaluate:scorecard_new": [get(t.PIPELINES), post(t.PIPELINES_FORM)],
    "evaluate:scorecard_edit": [get(t.PIPELINES, _CARD), post(t.PIPELINES_FORM, _CARD)],
    "evaluate:scorecard_preview": [get(t.PIPELINES, _CARD)],
    "evaluate:scorecard_pairs": [get(t.PIPELINES, _CARD), post(t.PIPELINES, _CARD)],
    "evaluate:scorecard_publish": [post(t.PIPELINES_FORM, _CARD)],
    "evaluate:scorecard_default": [post(t.PIPELINES_FORM, _CARD)],
    "evaluate:scorecard_use": [post(t.PIPELINES_FORM, _CARD)],
}
