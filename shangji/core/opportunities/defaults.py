"""The pipeline and reasons that a new workspace begins with (DESIGN: the spine)."""

from datetime import datetime

from shangji.core.opportunities.models import Pipeline, Reason, Stage
from shangji.core.opportunities.queries.pipelines import forget_pipelines

# key, zh, en, phase, kind, probability, forecast, stale after working days
STAGES = (
    ("new", "新线索", "New", "identify", "open", 5, "omitted", 3),
    ("verified", "已核实", "Verified", "identify", "open", 10, "pipeline", 5),
    ("assessing", "评估中", "Assessing", "evaluate", "open", 15, "pipeline", 7),
    ("qualified", "合格", "Qualified", "evaluate", "open", 20, "pipeline", 7),
    ("nurturing", "培育中", "Nurturing", "nurture", "open", 25, "pipeline", 20),
    ("discovery", "需求确认", "Discovery", "convert", "open", 30, "pipeline", 10),
    ("quote", "方案报价", "Solution & quote", "convert", "open", 50, "best", 10),
    ("negotiation", "商务谈判", "Negotiation", "convert", "open", 70, "best", 7),
    ("contract", "合同签订", "Contract", "convert", "open", 90, "commit", 5),
    ("won", "赢单", "Won", "convert", "won", 100, "closed", 0),
    ("lost", "输单", "Lost", "convert", "lost", 0, "omitted", 0),
    ("onboarding", "交付", "Onboarding", "maintain", "open", 100, "closed", 10),
    ("service", "服务中", "In service", "maintain", "open", 100, "closed", 60),
    ("renewal", "续约复购", "Renewal due", "maintain", "open", 100, "closed", 10),
    ("risk", "流失预警", "At risk", "maintain", "open", 100, "closed", 5),
    ("churned", "已流失", "Churned", "maintain", "open", 100, "closed", 0),
)

# outcome, key, zh, en, asks for a note, children
REASONS = (
    (
        "lost",
        "price",
        "价格与预算",
        "Price and budget",
        False,
        (
            ("too_expensive", "价格过高", "Too expensive"),
            ("budget_cut", "预算限制", "Budget constraints"),
            ("project_refused", "立项失败", "Project not approved"),
        ),
    ),
    (
        "lost",
        "competition",
        "客户选择竞品",
        "Chose a competitor",
        False,
        (
            ("competitor_price", "竞品价格更低", "Competitor was cheaper"),
            ("competitor_feature", "竞品功能更合适", "Competitor fitted better"),
            ("competitor_relation", "竞品关系更深", "Competitor had the relationship"),
        ),
    ),
    (
        "lost",
        "fit",
        "需求与能力",
        "Need and ability",
        False,
        (
            ("need_changed", "需求变化", "Need changed"),
            ("missing_feature", "缺少功能", "Missing features"),
            ("no_capacity", "我方人力或技能不足", "We lack people or skills"),
            ("out_of_stock", "库存不足", "Not enough stock"),
            ("poor_fit", "不合适", "Poor fit"),
        ),
    ),
    (
        "lost",
        "decision",
        "决策",
        "Decision",
        False,
        (
            ("no_decider", "接触不到决策人", "No decision maker"),
            ("complex_chain", "决策链复杂", "Complex decision chain"),
            ("long_cycle", "周期过长", "Long sales cycle"),
            ("unresponsive", "客户失联", "Unresponsive prospect"),
        ),
    ),
    ("lost", "other_lost", "其他", "Other", True, ()),
    (
        "won",
        "value",
        "价值",
        "Value",
        False,
        (
            ("best_fit", "方案最合适", "Best fit"),
            ("best_price", "价格有优势", "Best price"),
            ("quality", "质量与案例", "Quality and references"),
        ),
    ),
    (
        "won",
        "relation",
        "关系",
        "Relationship",
        False,
        (
            ("trust", "长期信任", "Long trust"),
            ("referral", "客户推荐", "Customer referral"),
            ("service", "服务响应快", "Fast service"),
        ),
    ),
    ("won", "other_won", "其他", "Other", True, ()),
)


def install_defaults(now: datetime) -> None:
    """Default pipeline and reasons, once: a workspace that has a pipeline keeps its own."""
    if Pipeline.objects.exists():
        return
    stamp = {"created_at": now, "updated_at": now}
    pipeline = Pipeline.objects.create(
        name_zh="标准流程", name_en="Standard", is_default=True, **stamp
    )
    Stage.objects.bulk_create(
        Stage(
            pipeline=pipeline,
            key=key,
            name_zh=zh,
            name_en=en,
            phase=phase,
            kind=kind,
            probability=percent,
            forecast=forecast,
            stale_days=stale,
            position=position,
            **stamp,
        )
        for position, (key, zh, en, phase, kind, percent, forecast, stale) in enumerate(STAGES)
    )
    position = 0
    for outcome, key, zh, en, note, children in REASONS:
        position += 1
        parent = Reason.objects.create(
            outcome=outcome,
            key=key,
            name_zh=zh,
            name_en=en,
            needs_note=note,
            position=position,
            **stamp,
        )
        for child_key, child_zh, child_en in children:
            position += 1
            Reason.objects.create(
                outcome=outcome,
                parent=parent,
                key=child_key,
                name_zh=child_zh,
                name_en=child_en,
                position=position,
                **stamp,
            )
    forget_pipelines()
