"""The people of 翰海工业, their teams, the workspace and its rates."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from shangji.core.channels.defaults import install_defaults as install_channels
from shangji.core.opportunities.defaults import install_defaults as install_pipeline
from shangji.core.opportunities.models import Stage
from shangji.foundation.people.models import Team, User
from shangji.foundation.workspace.models import ExchangeRate, Workspace
from shangji.foundation.workspace.queries import current_workspace, forget
from shangji.lib.dates import add_months
from shangji.lib.values import dataclass

#: name, mail, role, team, language, signs in with one click
PEOPLE = (
    ("林悦", "lin.yue", "rep", "华东", "", True),
    ("陈志远", "chen.zhiyuan", "manager", "华东", "", True),
    ("许明", "xu.ming", "readonly", "", "", True),
    ("顾宁", "gu.ning", "admin", "", "", True),
    ("赵敏", "zhao.min", "manager", "华南", "", False),
    ("沈岚", "shen.lan", "manager", "销售部", "", False),
    ("周子航", "zhou.zihang", "rep", "华东", "", False),
    ("吴桐", "wu.tong", "rep", "华东", "", False),
    ("何嘉怡", "he.jiayi", "rep", "华南", "", False),
    ("梁俊杰", "liang.junjie", "rep", "华南", "", False),
    ("Daniel Wong", "daniel.wong", "rep", "海外 Overseas", "en", False),
    ("Emma Clarke", "emma.clarke", "rep", "海外 Overseas", "en", False),
    ("孙倩", "sun.qian", "marketer", "销售部", "", False),
)
#: team: the one above, its leader
TEAMS = (
    ("销售部", "", "沈岚"),
    ("华东", "销售部", "陈志远"),
    ("华南", "销售部", "赵敏"),
    ("海外 Overseas", "销售部", "沈岚"),
)
LEADER = "林悦"
EAST = ("林悦", "周子航", "吴桐", "陈志远")
SOUTH = ("何嘉怡", "梁俊杰", "赵敏")
OVERSEAS = ("Daniel Wong", "Emma Clarke")
#: currency: its worth at the beginning, and how it drifts in a quarter
RATES = {"USD": (Decimal("7.24"), Decimal("-0.012")), "EUR": (Decimal("7.82"), Decimal("0.015"))}
QUARTERS = 9
#: by stage: what is asked before it is entered, and before it is left
CRITERIA = {
    "discovery": ("预算、需求和时间已核实", "需求清单经客户确认"),
    "quote": ("需求清单齐全", "报价已送达，决策人和采购流程清楚"),
    "negotiation": ("客户对方案没有异议", "商务条款一致，法务看过"),
    "contract": ("双方同意的合同稿", "盖章合同扫描件已上传"),
}


@dataclass(frozen=True)
class Crew:
    """Everybody by name."""

    users: dict[str, User]

    def id(self, name: str) -> int:
        return self.users[name].pk


def make_workspace(now: datetime, today: date) -> None:
    """Name the workspace, mark it as demo, give it its pipeline, channels and dated rates."""
    current_workspace()
    Workspace.objects.update(name="翰海工业", is_demo=True, currency="CNY", country="CN")
    forget()
    install_pipeline(now)
    for key, (enter, leave) in CRITERIA.items():
        Stage.objects.filter(key=key).update(entry_criteria=enter, exit_criteria=leave)
    install_channels(now)
    first = add_months(date(today.year, (today.month - 1) // 3 * 3 + 1, 1), -3 * (QUARTERS - 1))
    ExchangeRate.objects.bulk_create(
        ExchangeRate(
            currency=currency,
            base="CNY",
            on=add_months(first, 3 * place),
            rate=start + drift * place,
        )
        for currency, (start, drift) in RATES.items()
        for place in range(QUARTERS)
    )


def make_people(begin: datetime, now: datetime) -> Crew:
    """Teams and people. None has a password: four sign in by the buttons of the demo."""
    stamp = {"created_at": begin, "updated_at": begin}
    teams: dict[str, Team] = {}
    for name, above, _leader in TEAMS:
        teams[name] = Team.objects.create(name=name, parent=teams.get(above), **stamp)
    users: dict[str, User] = {}
    for place, (name, mail, role, team, language, is_demo) in enumerate(PEOPLE):
        user = User(
            email=f"{mail}@hanhai.example",
            name=name,
            role=role,
            team=teams.get(team),
            language=language,
            is_demo=is_demo,
            mail_digest=False,
            # they are at work already; nobody of them waits for an invitation
            last_login=now - timedelta(hours=1, minutes=47 * place),
            **stamp,
        )
        user.set_unusable_password()
        user.save()
        users[name] = user
    for name, _above, leader in TEAMS:
        Team.objects.filter(pk=teams[name].pk).update(leader=users[leader])
    return Crew(users)
