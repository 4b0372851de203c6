from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class EvaluateConfig(AppConfig):
    name = "shangji.phases.evaluate"
    label = "evaluate"

    def ready(self) -> None:
        from shangji.foundation.audit.registry import never_undo, track
        from shangji.phases.evaluate import models
        from shangji.phases.evaluate.record import STANDING_FIELDS
        from shangji.records.description import add_fields

        add_fields("opportunity", STANDING_FIELDS)
        for model in (
            models.Scorecard,
            models.Assessment,
            models.IntentRule,
            models.WinModel,
            models.Market,
            models.MarketInput,
            models.MarketChoice,
            models.Battlecard,
            models.RivalCriterion,
            models.RivalFinding,
            models.RivalPrice,
            models.Skill,
            models.Specialist,
            models.SpecialistSkill,
            models.Absence,
            models.Demand,
            models.Booking,
            models.WorkOrder,
            models.Risk,
            models.ProfitForecast,
            models.Decision,
            models.DecisionPolicy,
        ):
            track(model)
        never_undo("scorecard.publish", "profit.recalculate")
        _work()
        _scoring()
        _intent()
        _win_model()
        _feasibility()
        _risks()
        _decisions()
        _profit()
        post_migrate.connect(_after_migrate, sender=self)


def _after_migrate(**kwargs: object) -> None:
    """A new workspace begins with the textbook scorecard."""
    from django.utils import timezone

    from shangji.phases.evaluate.defaults.scorecards import install_scorecard
    from shangji.phases.evaluate.queries.scorecards import forget_scorecards

    install_scorecard(timezone.now())
    forget_scorecards()


# ---------------------------------------------------------------- what each noun hands down


def _work() -> None:
    from shangji.foundation.audit.words import name_actions
    from shangji.ui.phase_nav import add_phase_page
    from shangji.ui.settings_nav import add_settings_page

    name_actions({"work_order.set": _("Changed the order of work")})
    add_phase_page("evaluate", "queue", _("Work queue"), url_name="evaluate:queue", order=10)
    add_settings_page(
        "work_order",
        _("Order of work"),
        icon="list-numbers",
        url_name="evaluate:work_settings",
        group="records",
        order=20,
        right="settings.scoring",
    )


def _scoring() -> None:
    from shangji.core.opportunities.queries.marks import CardMark, add_card_mark
    from shangji.foundation.audit.registry import after_change
    from shangji.foundation.audit.words import Noted, name_actions, name_notes
    from shangji.phases.evaluate.actions.assessments import fold_after
    from shangji.phases.evaluate.actions.scoring import fold_later
    from shangji.phases.evaluate.choices.scorecards import ACTION_NAMES
    from shangji.phases.evaluate.pages.assessments import head_panel, may_see_score, score_panel
    from shangji.phases.evaluate.queries.scorecards import forget_scorecards
    from shangji.phases.evaluate.record import ASSESSMENT, COMPARE
    from shangji.records.description import add_bulk, register
    from shangji.records.panels import Panel, add_panel
    from shangji.ui.phase_nav import add_phase_page
    from shangji.ui.settings_nav import add_settings_page
    from shangji.ui.templatetags.ui import grade

    name_actions(ACTION_NAMES)
    name_notes("scorecard", {"published": Noted(_("Published version"))})
    register(ASSESSMENT)
    # an assessment counts at once; fields and touches are read again by a job
    after_change("assessment", fold_after)
    after_change("opportunity", fold_later)
    after_change("scorecard", lambda _op, _rows: forget_scorecards())
    add_bulk("opportunity", COMPARE)
    add_card_mark(CardMark("standing__grade", "grade", lambda value: grade(value or "")))
    add_panel(
        "opportunity",
        Panel("grade", "", "evaluate/_grade.html", head_panel, slot="head", right=may_see_score),
    )
    add_panel(
        "opportunity",
        Panel(
            "score",
            _("Score"),
            "evaluate/_score_sheet.html",
            score_panel,
            slot="aside",
            order=10,
            right=may_see_score,
        ),
    )
    add_phase_page("evaluate", "ranking", _("Ranking"), url_name="evaluate:ranking", order=20)
    add_phase_page("evaluate", "compare", _("Compare"), url_name="evaluate:compare", order=30)
    add_settings_page(
        "scorecards",
        _("Scorecards"),
        icon="list-check",
        url_name="evaluate:scorecards",
        group="records",
        order=18,
        right="settings.scoring",
    )


def _intent() -> None:
    from shangji.core.channels.events import TouchRecorded
    from shangji.foundation.audit.registry import after_change
    from shangji.foundation.audit.words import name_actions
    from shangji.foundation.events.bus import subscribe
    from shangji.phases.evaluate.actions.intent import after_activities
    from shangji.phases.evaluate.subscriptions import count_touched
    from shangji.ui.settings_nav import add_settings_page

    name_actions({"intent_rule.set": _("Changed how intent is counted")})
    subscribe(TouchRecorded, count_touched, name="evaluate.count_touched")
    after_change("activity", after_activities)
    add_settings_page(
        "intent_rule",
        _("Intent"),
        icon="target",
        url_name="evaluate:intent_settings",
        group="records",
        order=21,
        right="settings.scoring",
    )


def _win_model() -> None:
    from shangji.core.opportunities.events import OpportunityCreated, OpportunityMoved
    from shangji.foundation.audit.words import name_actions
    from shangji.foundation.events.bus import subscribe
    from shangji.phases.evaluate.pages.probability import glance
    from shangji.phases.evaluate.subscriptions import predict_moved, predict_new
    from shangji.records.panels import Panel, add_panel
    from shangji.ui.phase_nav import add_phase_page

    name_actions({"win_model.train": _("Trained the win probability")})
    subscribe(OpportunityMoved, predict_moved, name="evaluate.predict_moved")
    subscribe(OpportunityCreated, predict_new, name="evaluate.predict_new")
    add_panel(
        "opportunity",
        Panel(
            "chances",
            _("Win probability"),
            "evaluate/_chances_aside.html",
            glance,
            slot="aside",
            order=35,
        ),
    )
    add_phase_page("evaluate", "model", _("Win probability"), url_name="evaluate:model", order=70)
    add_phase_page(
        "evaluate", "lift", _("Do high scores win more?"), url_name="evaluate:lift", order=75
    )


def _feasibility() -> None:
    from shangji.core.opportunities.events import OpportunityLost
    from shangji.foundation.audit.registry import after_change
    from shangji.foundation.audit.words import name_actions
    from shangji.foundation.events.bus import subscribe
    from shangji.phases.evaluate.actions.bookings import fold_weeks, refuse_while_booked
    from shangji.phases.evaluate.record import FEASIBILITY, OPPORTUNITY_MARKET
    from shangji.phases.evaluate.subscriptions import release_after_loss
    from shangji.records.description import add_fields, register
    from shangji.records.searching import make_searchable
    from shangji.ui.phase_nav import add_phase_page

    name_actions(
        {
            "opportunity.market": _("Chose a market"),
            "booking.plan": _("Booked people"),
            "booking.release": _("Released people"),
        }
    )
    add_fields("opportunity", (OPPORTUNITY_MARKET,))
    for description in FEASIBILITY:
        register(description)
        if description.type in ("market", "competitor", "specialist"):
            make_searchable(description)
    after_change("booking", fold_weeks)
    after_change("demand", refuse_while_booked)
    subscribe(OpportunityLost, release_after_loss, name="evaluate.release_after_loss")
    for order, (key, label) in enumerate(
        (("markets", _("Markets")), ("competitors", _("Competitors")), ("capacity", _("Capacity"))),
        40,
    ):
        add_phase_page("evaluate", key, label, url_name=f"evaluate:{key}", order=order)


def _risks() -> None:
    from shangji.core.opportunities.queries.exits import add_exit_check
    from shangji.foundation.audit.registry import after_change
    from shangji.phases.evaluate.actions.risk import fold_risks
    from shangji.phases.evaluate.pages.risk import aside_context
    from shangji.phases.evaluate.queries.policy import register_gaps_before
    from shangji.phases.evaluate.record.risk import RISK
    from shangji.records.description import register
    from shangji.records.panels import Panel, add_panel
    from shangji.ui.phase_nav import add_phase_page

    register(RISK)
    after_change("risk", fold_risks)
    add_exit_check("evaluate.register", register_gaps_before)
    add_panel(
        "opportunity",
        Panel(
            "risks",
            _("Risks"),
            "evaluate/_risks_aside.html",
            aside_context,
            slot="aside",
            order=60,
        ),
    )
    add_phase_page("evaluate", "risks", _("Risks"), url_name="evaluate:risks", order=60)


def _decisions() -> None:
    from shangji.core.opportunities.queries.exits import add_exit_check
    from shangji.foundation.audit.registry import after_change
    from shangji.foundation.audit.words import name_actions
    from shangji.phases.evaluate.actions.decision import fold_decisions
    from shangji.phases.evaluate.pages.decision import tab_context
    from shangji.phases.evaluate.queries.deciding import decision_gaps_before
    from shangji.phases.evaluate.record.decision import DECISION
    from shangji.records.description import register
    from shangji.records.panels import Panel, add_panel
    from shangji.ui.settings_nav import add_settings_page

    register(DECISION)
    after_change("decision", fold_decisions)
    add_exit_check("evaluate.decision", decision_gaps_before)
    add_panel(
        "opportunity",
        Panel("evaluate", _("Evaluation"), "evaluate/_tab.html", tab_context, order=30),
    )
    name_actions(
        {
            "decision.decide": _("Decided on an opportunity"),
            "decision.approve": _("Approved a decision"),
            "decision.refuse": _("Refused a decision"),
            "decision.withdraw": _("Withdrew a decision"),
            "decision.return": _("Brought back what was put off"),
            "decision_policy.set": _("Changed the rules of decisions"),
        }
    )
    add_settings_page(
        "decisions",
        _("Decisions"),
        icon="scale",
        url_name="evaluate:policy",
        group="records",
        order=25,
        right="settings.scoring",
    )


def _profit() -> None:
    from shangji.foundation.audit.registry import after_change
    from shangji.foundation.audit.words import Noted, name_actions, name_notes, ticked
    from shangji.phases.evaluate.actions.profit import fold_forecasts, keep_main
    from shangji.phases.evaluate.record import PROFIT_FORECAST
    from shangji.records.description import register

    register(PROFIT_FORECAST)
    after_change("profit_forecast", keep_main)
    after_change("profit_forecast", fold_forecasts)
    name_notes("profit_forecast", {"calculated": Noted(_("Worked out anew"), ticked)})
    name_actions(
        {
            "profit.save": _("Saved a profit forecast"),
            "profit.choose": _("Chose the main scenario"),
            "profit.recalculate": _("Worked out a profit forecast anew"),
            "profit.delete": _("Deleted a profit forecast"),
        }
    )
