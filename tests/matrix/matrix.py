"""The matrix itself: one line a route. A route without a line fails the test beside this."""

from tests.matrix import table as t
from tests.matrix.api import lines
from tests.matrix.merging import MERGING
from tests.matrix.moving import MOVING
from tests.matrix.routes import (
    Ask,
    a_field,
    a_file,
    bulk_ask,
    each,
    fixed,
    get,
    in_pipeline,
    lost,
    mine,
    named,
    of_stage,
    on_deal,
    on_file,
    on_forecast,
    on_request,
    on_risk,
    on_stage,
    one_id,
    one_move,
    one_step,
    owned,
    pk,
    post,
    product,
    thing,
    to_stage,
    typed,
    with_args,
    won,
)
from tests.matrix.scoring import SCORING
from tests.matrix.viewing import VIEWING
from tests.matrix.world import TYPES

ON_ANY = {"kinds": TYPES}
FILED = {"kinds": ("account", "contact", "opportunity")}

MATRIX: dict[str, list[Ask]] = {
    # ------------------------------------------------------------ machines, language, looks
    "healthz": [get(t.PUBLIC)],
    "readyz": [get(t.PUBLIC)],
    "set_language": [post(t.PUBLIC, data={"language": "en"})],
    "set_theme": [post(t.PUBLIC, data={"theme": "dark"})],
    # ------------------------------------------------------------ sign-in
    "account_login": [get(t.PUBLIC), post(t.PUBLIC_FORM)],
    "account_logout": [get(t.PUBLIC), post(t.PUBLIC)],
    "account_inactive": [get(t.PUBLIC)],
    "account_signup": [get(t.PUBLIC), post(t.SIGN_UP, data={"email": "x@example.com"})],
    "account_reauthenticate": [get(t.EVERYBODY), post(t.FORM)],
    "account_change_password": [get(t.EVERYBODY), post(t.FORM)],
    "account_set_password": [get(t.EVERYBODY), post(t.FORM)],
    "account_reset_password": [get(t.PUBLIC), post(t.PUBLIC_FORM)],
    "account_reset_password_done": [get(t.PUBLIC)],
    "account_reset_password_from_key_done": [get(t.PUBLIC)],
    "account_reset_password_from_key": [get(t.PUBLIC, fixed(uidb36="1", key="x-y"))],
    "mfa_index": [get(t.EVERYBODY)],
    "mfa_authenticate": [get(t.NO_SECOND_STEP), post(t.NO_SECOND_STEP)],
    "mfa_reauthenticate": [get(t.EVERYBODY), post(t.FORM)],
    "mfa_activate_totp": [get(t.EVERYBODY), post(t.FORM)],
    "mfa_deactivate_totp": [get(t.NONE_YET), post(t.NONE_YET)],
    "mfa_view_recovery_codes": [get(t.NONE_YET)],
    "mfa_generate_recovery_codes": [get(t.EVERYBODY), post(t.FORM)],
    "mfa_download_recovery_codes": [get(t.NONE_YET)],
    "mfa_list_webauthn": [get(t.EVERYBODY)],
    "mfa_add_webauthn": [get(t.EVERYBODY), post(t.FORM)],
    "mfa_reauthenticate_webauthn": [get(t.EVERYBODY), post(t.FORM)],
    "mfa_remove_webauthn": [get(t.EVERYBODY, fixed(pk=1)), post(t.EVERYBODY, fixed(pk=1))],
    "mfa_edit_webauthn": [get(t.EVERYBODY, fixed(pk=1)), post(t.EVERYBODY, fixed(pk=1))],
    # answers a script; a browser is led to the sign-in page
    "mfa_login_webauthn": [get(t.SCRIPT), post(t.SCRIPT)],
    "socialaccount_login_cancelled": [get(t.PUBLIC)],
    "socialaccount_login_error": [get(t.OIDC_FAILED)],
    "socialaccount_signup": [get(t.PUBLIC), post(t.SIGN_UP)],
    # ------------------------------------------------------------ people
    "people:welcome": [get(t.NOT_HERE), post(t.NOT_HERE)],
    "people:join": [
        get(t.NOT_HERE, fixed(token="x" * 40)),
        post(t.NOT_HERE, fixed(token="x" * 40)),
    ],
    "people:demo": [post(t.NOT_HERE, fixed(role="admin"))],
    "people:profile": [get(t.EVERYBODY), post(t.FORM)],
    "people:looks": [post(t.FORM)],
    "people:deputy": [post(t.FORM)],
    "people:end_sessions": [post(t.EVERYBODY)],
    "api:page": [get(t.EVERYBODY)],
    "people:programs": [get(t.ADMIN)],
    "people:program_new": [get(t.ADMIN), post(t.ADMIN_FORM)],
    "people:program_key": [
        get(t.ADMIN, thing("program")),
        post(t.ADMIN_FORM, thing("program")),
    ],
    "people:tokens": [get(t.EVERYBODY)],
    "people:token_new": [get(t.EVERYBODY), post(t.FORM)],
    "people:token_edit": [
        get(t.MINE_ONLY, mine("token")),
        post(t.MINE_ONLY, mine("token"), data={"name": "Other"}),
    ],
    "people:token_revoke": [post(t.MINE_ONLY, mine("token"))],
    "people:why": [get(t.READ, typed, **ON_ANY)],
    "people:settings": [get(t.EVERYBODY)],
    "people:list": [get(t.ADMIN)],
    "people:invite": [get(t.ADMIN), post(t.ADMIN_FORM)],
    "people:edit": [get(t.ADMIN, thing("stranger")), post(t.ADMIN_FORM, thing("stranger"))],
    "people:invite_again": [post(t.ADMIN_FORM, thing("stranger"))],
    "people:off": [post(t.ADMIN, thing("stranger"))],
    "people:on": [post(t.ADMIN, thing("stranger"))],
    "people:second_step": [post(t.ADMIN, thing("stranger"))],
    "people:teams": [get(t.ADMIN)],
    "people:team_new": [get(t.ADMIN), post(t.ADMIN_FORM)],
    "people:team_edit": [
        get(t.ADMIN, thing("empty_team")),
        post(t.ADMIN_FORM, thing("empty_team")),
    ],
    "people:team_delete": [post(t.ADMIN, thing("empty_team"))],
    "people:roles": [get(t.ADMIN)],
    "people:role_new": [get(t.ADMIN), post(t.ADMIN_FORM)],
    "people:role_edit": [get(t.ADMIN, thing("role")), post(t.ADMIN_FORM, thing("role"))],
    "people:role_delete": [post(t.ADMIN, thing("role"))],
    "people:role": [get(t.ADMIN, fixed(key="rep"))],
    "people:workspace": [get(t.ADMIN), post(t.ADMIN_FORM)],
    "people:currencies": [get(t.ADMIN), post(t.ADMIN_FORM)],
    "people:rate_delete": [post(t.ADMIN, thing("rate"))],
    "people:calendar": [get(t.ADMIN), post(t.ADMIN_FORM)],
    "people:day_set": [post(t.ADMIN_FORM)],
    "people:day_delete": [post(t.ADMIN_FORM, fixed(on="2026-11-24"))],
    # ------------------------------------------------------------ the gallery: debug and demo only
    "ui:gallery": [get(t.NOT_HERE)],
    "ui:gallery-suggest": [get(t.NOT_HERE)],
    "ui:gallery-page": [get(t.NOT_HERE, fixed(name="board"))],
    # ------------------------------------------------------------ pipelines, reasons, steps
    "automation:steps": [get(t.PIPELINES)],
    "automation:new": [
        get(t.PIPELINES, on_stage(kind="activity.make_task")),
        post(t.PIPELINES_FORM, on_stage(kind="activity.make_task")),
    ],
    "automation:try": [get(t.PIPELINES, on_stage())],
    "automation:edit": [get(t.PIPELINES, thing("step")), post(t.PIPELINES_FORM, thing("step"))],
    "automation:up": [post(t.PIPELINES, thing("step"))],
    "automation:down": [post(t.PIPELINES, thing("step"))],
    "automation:on": [post(t.PIPELINES, thing("step"))],
    "automation:off": [post(t.PIPELINES, thing("step"))],
    "automation:delete": [post(t.PIPELINES, thing("step"))],
    "opportunities:pipelines": [get(t.PIPELINES)],
    "opportunities:pipeline_new": [get(t.PIPELINES), post(t.PIPELINES_FORM)],
    "opportunities:pipeline": [
        get(t.PIPELINES, thing("pipeline")),
        post(t.PIPELINES_FORM, thing("pipeline")),
    ],
    "opportunities:stage_new": [
        get(t.PIPELINES, in_pipeline),
        post(t.PIPELINES_FORM, in_pipeline),
    ],
    "opportunities:stage": [
        get(t.PIPELINES, thing("stage")),
        post(t.PIPELINES_FORM, thing("stage")),
    ],
    "opportunities:stage_order": [post(t.PIPELINES_FORM, thing("stage"))],
    "opportunities:stage_use": [post(t.PIPELINES_FORM, thing("stage"))],
    "opportunities:reasons": [get(t.PIPELINES)],
    "opportunities:reason_new": [get(t.PIPELINES), post(t.PIPELINES_FORM)],
    "opportunities:reason": [
        get(t.PIPELINES, thing("reason")),
        post(t.PIPELINES_FORM, thing("reason")),
    ],
    "opportunities:reason_use": [post(t.PIPELINES_FORM, thing("reason"))],
    "opportunities:competitors_settings": [get(t.PIPELINES)],
    "opportunities:competitor_new": [get(t.PIPELINES), post(t.PIPELINES_FORM)],
    "opportunities:competitor": [
        get(t.PIPELINES, thing("competitor")),
        post(t.PIPELINES_FORM, thing("competitor")),
    ],
    "opportunities:competitor_delete": [post(t.PIPELINES_FORM, thing("competitor"))],
    "opportunities:channels": [get(t.PIPELINES)],
    "opportunities:channel_new": [get(t.PIPELINES), post(t.PIPELINES_FORM)],
    "opportunities:channel": [
        get(t.PIPELINES, thing("channel")),
        post(t.PIPELINES_FORM, thing("channel")),
    ],
    "opportunities:channel_use": [post(t.PIPELINES_FORM, thing("channel"))],
    # ------------------------------------------------------------ mail, jobs, files, search
    "mail:list": [get(t.ADMIN)],
    "mail:resume": [post(t.ADMIN)],
    "mail:detail": [get(t.ADMIN, thing("mail"))],
    # nothing leaves a server without mail: said in words
    "mail:again": [post(t.ADMIN_FORM, thing("mail"))],
    "jobs:overview": [get(t.ADMIN)],
    "jobs:retry": [post(t.ADMIN, thing("failed_job"))],
    "jobs:progress": [get(t.MINE_OR_ADMIN, mine("job"))],
    "jobs:cancel": [post(t.MINE_OR_ADMIN, mine("job"))],
    "files:on": [get(t.READ, on_file, **FILED)],
    "files:file": [get(t.FILE, a_file, **FILED)],
    "files:delete": [post(t.EDIT, a_file, **FILED)],
    "search:search": [get(t.EVERYBODY, query="q=a")],
    "search:suggest": [get(t.EVERYBODY, query="q=a")],
    "notices:list": [get(t.EVERYBODY)],
    "notices:menu": [get(t.EVERYBODY)],
    "notices:read_all": [post(t.EVERYBODY)],
    "notices:open": [post(t.MINE_ONLY, mine("notice"))],
    "notices:read": [post(t.MINE_ONLY, mine("notice"))],
    # ------------------------------------------------------------ opportunities
    "opportunities:phase": [
        get(t.EVERYBODY, fixed(phase="convert")),
        get(t.NO_PHASE, fixed(phase="nowhere")),
    ],
    "opportunities:board": [get(t.EVERYBODY)],
    "opportunities:more": [get(t.EVERYBODY, of_stage)],
    "opportunities:bulk_move": [
        post(t.BULK_EDIT_SEEN, data=one_move, kinds=("opportunity",), changes=t.EDIT),
    ],
    "opportunities:bulk_step": [
        post(t.BULK_EDIT_SEEN, data=one_step, kinds=("opportunity",), changes=t.EDIT),
    ],
    "opportunities:facts": [on_deal(get, t.READ)],
    "opportunities:move": [
        on_deal(get, t.EDIT),
        on_deal(post, t.EDIT, data=to_stage("verified")),
    ],
    "opportunities:win": [on_deal(get, t.EDIT), on_deal(post, t.EDIT, data=won)],
    "opportunities:lose": [on_deal(get, t.EDIT), on_deal(post, t.EDIT, data=lost)],
    "opportunities:reopen": [on_deal(post, t.REOPEN)],
    "opportunities:next_step": [
        on_deal(get, t.EDIT),
        on_deal(post, t.EDIT, data={"next_step": "Call", "next_step_on": "2026-12-01"}),
    ],
    "opportunities:default": [on_deal(post, t.EDIT, with_args(pk, what="probability"))],
    "opportunities:people": [on_deal(get, t.EDIT)],
    "opportunities:person_remove": [on_deal(post, t.REMOVE, with_args(pk, contact=1))],
    "opportunities:lines": [on_deal(get, t.EDIT), on_deal(post, t.EDIT)],
    "opportunities:competitors": [on_deal(get, t.EDIT), on_deal(post, t.EDIT, data={"names": "X"})],
    # ------------------------------------------------------------ activities
    "activities:step_done": [
        on_deal(get, t.EDIT),
    ],
    "activities:remedy": [on_deal(post, t.EDIT)],
    "activities:log": [
        post(
            t.LOG,
            typed,
            data={"kind": "note", "text": "said hello"},
            kinds=("account", "contact", "opportunity"),
        )
    ],
    "activities:older": [get(t.READ, typed, kinds=("account", "contact", "opportunity"))],
    "activities:done": [
        get(t.EDIT, pk, kinds=("activity",)),
        post(t.EDIT, pk, {"outcome": "well"}, kinds=("activity",)),
    ],
    "activities:reopen": [post(t.REOPEN, pk, kinds=("activity",))],
    "activities:calendar": [get(t.EVERYBODY), get(t.EVERYBODY, query="who=team&view=week")],
    "activities:feed_page": [get(t.EVERYBODY), post(t.EVERYBODY, data={"what": "make"})],
    "activities:feed": [get(t.NOT_HERE, fixed(token="wrong"))],
    # ------------------------------------------------------------ contacts
    "contacts:points": [
        get(t.EDIT, with_args(pk, kind="phone"), kinds=("contact",)),
        post(t.EDIT, with_args(pk, kind="phone"), kinds=("contact",)),
    ],
    "contacts:consent": [
        get(t.EDIT, pk, kinds=("contact",)),
    ],
    "products:prices": [
        get(t.PRODUCT_EDIT, pk, kinds=("product",)),
        post(t.PRODUCT_EDIT, pk, kinds=("product",)),
    ],
    # ------------------------------------------------------------ pool, today, insights
    "identify:pool": [get(t.EVERYBODY)],
    "identify:claim": [post(t.CLAIM, data=one_id, kinds=("opportunity",), changes=t.CLAIMED)],
    "identify:return": [
        on_deal(get, t.GIVE_BACK),
        on_deal(post, t.GIVE_BACK, data={"reason": "no answer"}),
    ],
    # ------------------------------------------------------------ evaluation
    **SCORING,
    **MOVING,
    **VIEWING,
    # ------------------------------------------------------------ evaluation: decisions
    "evaluate:decision": [on_deal(get, t.READ)],
    "evaluate:decision_pdf": [on_deal(get, t.READ)],
    "evaluate:decide": [
        on_deal(get, t.EDIT, with_args(pk, verdict="go")),
        on_deal(post, t.EDIT_FORM, with_args(pk, verdict="no_go")),
    ],
    "evaluate:decision_approve": [on_request(post, t.APPROVE)],
    "evaluate:decision_refuse": [on_request(get, t.READ), on_request(post, t.READ_FORM)],
    "evaluate:decision_withdraw": [on_request(post, t.EDIT)],
    "evaluate:policy": [get(t.PIPELINES), post(t.PIPELINES_FORM)],
    "evaluate:profit": [
        on_deal(get, t.READ),
        on_deal(post, t.EDIT_FORM, data={"rows": "0"}),
    ],
    "evaluate:profit_main": [on_forecast(post, t.EDIT)],
    "evaluate:profit_anew": [on_forecast(post, t.EDIT)],
    "evaluate:profit_delete": [on_forecast(post, t.EDIT)],
    # ------------------------------------------------------------ evaluation: risks
    "evaluate:risks": [get(t.EVERYBODY)],
    "evaluate:risks_of": [on_deal(get, t.READ)],
    "evaluate:risk_review": [on_risk(get, t.EDIT), on_risk(post, t.EDIT_FORM)],
    "evaluate:risk_close": [
        on_risk(get, t.EDIT),
        on_risk(post, t.EDIT, data={"outcome": "passed"}),
    ],
    "evaluate:risk_reopen": [on_risk(post, t.REOPEN)],
    "evaluate:markets": [get(t.EVERYBODY)],
    "evaluate:competitors": [get(t.EVERYBODY)],
    "evaluate:capacity": [get(t.EVERYBODY)],
    "evaluate:capacity_plan": [get(t.EVERYBODY)],
    "evaluate:market": [on_deal(get, t.READ)],
    "evaluate:market_set": [on_deal(post, t.EDIT, data={"market": ""})],
    "evaluate:competition": [on_deal(get, t.READ)],
    "evaluate:rival_add": [on_deal(post, t.EDIT, data={"name": "X"})],
    "evaluate:rival_remove": [
        on_deal(post, t.EDIT, with_args(pk, competitor=1)),
    ],
    "evaluate:resources": [on_deal(get, t.READ)],
    "evaluate:plan_book": [on_deal(post, t.EDIT_FORM, data={"pair": "1:1"})],
    "evaluate:release": [on_deal(post, t.EDIT)],
    "evaluate:queue": [get(t.EVERYBODY)],
    "evaluate:intent": [get(t.READ, pk, kinds=("opportunity",))],
    "evaluate:probability": [get(t.READ, pk, kinds=("opportunity",))],
    "evaluate:model": [get(t.EVERYBODY)],
    "evaluate:train": [post(t.PIPELINES)],
    "evaluate:lift": [get(t.EVERYBODY)],
    "evaluate:intent_settings": [
        get(t.PIPELINES),
        post(t.PIPELINES_FORM, data={"half_life_days": "0"}),
    ],
    "evaluate:work_settings": [
        get(t.PIPELINES),
        post(t.PIPELINES_FORM, data={"deadline": "100"}),
    ],
    "insights:results": [get(t.EVERYBODY)],
    # ------------------------------------------------------------ the ledger
    "records:bin": [get(t.EVERYBODY)],
    "records:bin_restore": [post(t.BIN_RESTORE, data={"rows": "account:1"})],
    "records:audit": [get(t.AUDIT)],
    "records:custom_fields": [get(t.ADMIN)],
    "records:custom_field_new": [get(t.ADMIN), post(t.ADMIN_FORM, data={"label_en": ""})],
    "records:custom_field": [get(t.ADMIN, thing("field")), post(t.ADMIN_FORM, thing("field"))],
    "records:custom_field_act": [
        post(t.ADMIN, lambda world, *_asked: {"pk": world.other["field"].pk, "verb": "withdraw"})
    ],
    "records:together": [post(t.ADMIN_FORM, data={"key": ""})],
    "records:together_drop": [post(t.ADMIN, thing("together"))],
    "records:audit_detail": [get(t.AUDIT, thing("operation"))],
    "records:undo": [post(t.MINE_OR_ADMIN, mine("operation"))],
    "records:undo_report": [get(t.MINE_OR_AUDIT, mine("report"))],
    "records:undo_last": [post(t.EVERYBODY)],
    "records:divisions": [get(t.EVERYBODY)],
    "records:density": [post(t.FORM, data={"density": "compact"})],
    # ------------------------------------------------------------ every described type
    "records:list": each(get, t.EVERYBODY, t.EVERYBODY),
    "records:new": [
        *each(get, t.CREATE, t.PRODUCT_CREATE),
        *each(post, t.CREATE, t.PRODUCT_CREATE, data=named),
    ],
    "records:list_answer": each(post, t.EVERYBODY, t.EVERYBODY),
    "records:live": each(get, t.CREATE, t.PRODUCT_CREATE),
    "records:list_numbers": each(get, t.EVERYBODY, t.EVERYBODY),
    "records:options": each(get, t.EVERYBODY, t.EVERYBODY, query="q=a"),
    "records:similar": each(get, t.EVERYBODY, t.EVERYBODY, query="name=a"),
    "records:bulk": [
        bulk_ask("edit", t.BULK_EDIT_SEEN, t.EDIT, TYPES),
        bulk_ask("assign", t.BULK_DELETE_SEEN, t.DELETE, TYPES),
        bulk_ask("delete", t.BULK_DELETE_SEEN, t.DELETE, TYPES),
        bulk_ask("edit", t.PRODUCT_BULK_SEEN, t.PRODUCT_EDIT, ("product",)),
        bulk_ask("delete", t.PRODUCT_BULK_DELETE_SEEN, t.PRODUCT_DELETE, ("product",)),
    ],
    "records:page": [owned(get, t.READ), product(get, t.PRODUCT_READ)],
    "records:edit": [
        owned(get, t.EDIT),
        owned(post, t.EDIT, data=named, query="fields={title}"),
        product(get, t.PRODUCT_EDIT),
    ],
    "records:field": [
        owned(get, t.EDIT, a_field),
        owned(post, t.EDIT, a_field, data={"value": "Renamed", "version": "1"}),
        product(post, t.PRODUCT_EDIT, a_field, data={"value": "Renamed", "version": "1"}),
    ],
    "records:delete": [owned(post, t.DELETE), product(post, t.PRODUCT_DELETE)],
    "records:restore": [owned(post, t.RESTORE), product(post, t.PRODUCT_RESTORE)],
    "records:why": [owned(get, t.READ), product(get, t.PRODUCT_READ)],
    "records:history": [owned(get, t.READ), product(get, t.PRODUCT_READ)],
}
#: the doors of the API say by themselves what they ask: a door without it fails there
MATRIX |= lines() | MERGING
#: routes that answer people who are not signed in with a page
PUBLIC = {
    name
    for name, asks in MATRIX.items()
    if any(a.expect in (t.PUBLIC, t.PUBLIC_FORM) for a in asks)
}
