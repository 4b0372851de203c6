"""The editor of a scorecard: texts as typed, read into a card. Works without script: adding,
removing and moving a criterion are buttons that send the form and get it back."""

from collections.abc import Mapping
from dataclasses import field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from shangji.lib.errors import Invalid
from shangji.lib.ids import new_key
from shangji.lib.values import dataclass
from shangji.phases.evaluate.rules.scorecards import (
    ANCHORS,
    EXPECTED_VALUE,
    MAX_CRITERIA,
    MAX_RULES,
    OLDER,
    WEIGHT_PLACES,
    Auto,
    Card,
    Criterion,
    Group,
    PointRule,
    Words,
    plain,
)
from shangji.records.conditions import BARE, Condition, read_condition
from shangji.records.kinds.text import clean

_SHORT, _LONG = 60, 300
_TEXTS = ("name", "hint", "question")
_SPARE_RULES = 2
TEXT_NAMES = (
    *(f"{one}_{tongue}" for one in _TEXTS for tongue in ("zh", "en")),
    *(f"a{step}_{tongue}" for step in ANCHORS for tongue in ("zh", "en")),
)


@dataclass
class RuleLine:
    """One condition of a rule; `joined` adds it to the rule above, `points` then say nothing."""

    field: str = ""
    operator: str = "is"
    value: str = ""
    points: str = ""
    joined: bool = False


@dataclass
class Row:
    """One criterion as typed."""

    key: str
    weight: str = ""
    kind: str = ""
    group: str = ""
    texts: dict[str, str] = field(default_factory=lambda: dict.fromkeys(TEXT_NAMES, ""))
    rules: list[RuleLine] = field(default_factory=list)
    otherwise: str = ""
    number: str = ""
    low: str = ""
    high: str = ""
    days: str = "90"
    faults: list[str] = field(default_factory=list)

    @property
    def asked(self) -> str:
        """The question in the language of whoever reads."""
        return Words(self.texts.get("question_zh", ""), self.texts.get("question_en", "")).text

    @property
    def steps(self) -> list[tuple[int, str, str]]:
        return [
            (step, self.texts.get(f"a{step}_zh", ""), self.texts.get(f"a{step}_en", ""))
            for step in ANCHORS
        ]


@dataclass
class CardForm:
    """The whole editor as typed; `card()` reads it."""

    name_zh: str = ""
    name_en: str = ""
    rows: list[Row] = field(default_factory=list)
    groups: list[tuple[str, str, str]] = field(default_factory=list)
    grades: list[str] = field(default_factory=lambda: ["80", "60", "40"])
    least_share: str = "50"
    tie_break: list[str] = field(default_factory=lambda: [EXPECTED_VALUE, OLDER])

    @property
    def letters(self) -> list[tuple[str, str]]:
        """Grade and the points it begins at."""
        return list(zip("ABC", [*self.grades, "", "", ""], strict=False))

    @property
    def sum(self) -> str:
        total = Decimal(0)
        for row in self.rows:
            try:
                value = Decimal(row.weight or "0")
            except InvalidOperation:
                continue
            total += value if value.is_finite() else 0
        return plain(total)

    # ------------------------------------------------------------------------ reading

    def card(self) -> Card:
        """The card; Invalid names what does not read, by the key of its criterion."""
        faults: dict[str, list[str]] = {}
        criteria = []
        for row in self.rows:
            try:
                criteria.append(_criterion(row))
            except Invalid as problem:
                faults[f"criterion:{row.key}"] = [t for ts in problem.errors.values() for t in ts]
        grades = [_number(text, faults, "grades") for text in self.grades[:3]]
        share = _number(self.least_share, faults, "least_share")
        if faults:
            raise Invalid(faults)
        known = {row.key for row in self.rows} | {EXPECTED_VALUE, OLDER}
        return Card(
            criteria=tuple(criteria),
            groups=tuple(
                Group(key, Words(zh or en, en or zh)) for key, zh, en in self.groups if zh or en
            ),
            grades=(grades[0], grades[1], grades[2]),
            least_share=share / 100,
            tie_break=tuple(dict.fromkeys(one for one in self.tie_break if one in known)),
        )

    def place_faults(self, errors: Mapping[str, list[str]]) -> list[str]:
        """Put faults beside their criteria; returns those of the whole."""
        rest = []
        for key, texts in errors.items():
            row = next((one for one in self.rows if key == f"criterion:{one.key}"), None)
            if row is None:
                rest += texts
            else:
                row.faults = texts
        return rest

    # ------------------------------------------------------------------------ buttons

    def press(self, what: str) -> None:
        """`add`, `remove-<key>`, `up-<key>`, `down-<key>`."""
        verb, _dash, key = what.partition("-")
        at = next((n for n, row in enumerate(self.rows) if row.key == key), None)
        if verb == "add" and len(self.rows) < MAX_CRITERIA:
            self.rows.append(Row(new_key("c")))
        elif at is not None and verb == "remove":
            del self.rows[at]
        elif at is not None and verb in ("up", "down"):
            to = at + (-1 if verb == "up" else 1)
            if 0 <= to < len(self.rows):
                self.rows[at], self.rows[to] = self.rows[to], self.rows[at]


def of_card(name: Words, card: Card) -> CardForm:
    """The editor filled with a card."""
    return CardForm(
        name_zh=name.zh,
        name_en=name.en,
        rows=[_row(one) for one in card.criteria],
        groups=[(one.key, one.name.zh, one.name.en) for one in card.groups],
        grades=[plain(one) for one in card.grades],
        least_share=plain(card.least_share * 100),
        tie_break=list(card.tie_break),
    )


def _row(one: Criterion) -> Row:
    texts = dict.fromkeys(TEXT_NAMES, "")
    for key in _TEXTS:
        words: Words = getattr(one, key)
        texts |= {f"{key}_zh": words.zh, f"{key}_en": words.en}
    for step, words in one.anchors.items():
        texts |= {f"a{step}_zh": words.zh, f"a{step}_en": words.en}
    auto = one.auto
    row = Row(one.key, plain(one.weight), auto.kind if auto else "", one.group, texts)
    if auto is not None:
        for rule in auto.rules:
            for n, text in enumerate(rule.conditions):
                part = read_condition(text)
                points = plain(rule.points) if n == 0 else ""
                row.rules.append(
                    RuleLine(part.field, part.operator, part.value, points, joined=n > 0)
                )
        row.otherwise = "" if auto.otherwise is None else plain(auto.otherwise)
        row.number, row.days = auto.field, str(auto.days)
        row.low, row.high = plain(auto.low), plain(auto.high)
    return row


def read_form(data: QueryDict) -> CardForm:
    """The editor as sent."""
    keys = [key for key in data.getlist("keys") if key.isidentifier()][:MAX_CRITERIA]
    groups = [
        (
            key if key.isidentifier() else new_key("g"),
            clean(zh[:_SHORT], keep_lines=False),
            clean(en[:_SHORT], keep_lines=False),
        )
        for key, zh, en in zip(
            data.getlist("group_key"), data.getlist("group_zh"), data.getlist("group_en"),
            strict=False,
        )
    ]  # fmt: skip
    return CardForm(
        name_zh=clean(data.get("name_zh", "")[:_SHORT], keep_lines=False),
        name_en=clean(data.get("name_en", "")[:_SHORT], keep_lines=False),
        rows=[_read_row(data, key) for key in dict.fromkeys(keys)],
        groups=[one for one in groups[:6] if one[1] or one[2]],
        grades=[data.get(f"grade_{letter}", "")[:8] for letter in "abc"],
        least_share=data.get("least_share", "")[:8],
        tie_break=[text for text in data.getlist("tie") if text][:6],
    )


def _read_row(data: QueryDict, key: str) -> Row:
    def text(name: str, most: int = _LONG) -> str:
        return clean(data.get(f"{key}-{name}", "")[:most], keep_lines=False)

    columns = [
        data.getlist(f"{key}-{name}")[:MAX_RULES]
        for name in ("rule_field", "rule_op", "rule_value", "rule_points", "rule_joined")
    ]
    rules = [
        RuleLine(one, op, value[:200], points[:8], joined == "and")
        for one, op, value, points, joined in zip(*columns, strict=False)
        if one
    ]
    return Row(
        key=key,
        weight=text("weight", 12),
        kind=text("kind", 10),
        group=text("group", 40),
        texts={
            name: text(name, _SHORT if name.startswith(("name", "hint")) else _LONG)
            for name in TEXT_NAMES
        },
        rules=rules,
        otherwise=text("otherwise", 8),
        number=text("number", 64),
        low=text("low", 24),
        high=text("high", 24),
        days=text("days", 5) or "90",
    )


def _number(text: str, faults: dict[str, list[str]], key: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", "").strip() or "x")
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        fault = _("Should be a number such as 7.25, is “%(value)s”.") % {"value": text}
        faults.setdefault(key, []).append(fault)
        return Decimal(0)
    return value


def _criterion(row: Row) -> Criterion:
    faults: dict[str, list[str]] = {}
    weight = _number(row.weight, faults, "weight")
    if weight != round(weight, WEIGHT_PLACES):
        faults["weight"] = [_("At most %(n)s decimals.") % {"n": WEIGHT_PLACES}]
    auto = _auto(row, faults) if row.kind else None
    if faults:
        raise Invalid(faults)

    def words(name: str) -> Words:
        zh, en = row.texts.get(f"{name}_zh", ""), row.texts.get(f"{name}_en", "")
        return Words(zh or en, en or zh)

    anchors = {step: words(f"a{step}") for step in ANCHORS}
    return Criterion(
        key=row.key,
        name=words("name"),
        weight=weight,
        hint=words("hint"),
        question=words("question"),
        anchors={step: text for step, text in anchors.items() if text},
        group=row.group,
        auto=auto,
    )


def _auto(row: Row, faults: dict[str, list[str]]) -> Auto:
    if row.kind == "rules":
        rules: list[PointRule] = []
        for line in row.rules:
            value = "" if line.operator in BARE else line.value
            text = Condition(line.field, line.operator, value).text
            if line.joined and rules:
                rules[-1] = PointRule((*rules[-1].conditions, text), rules[-1].points)
            else:
                rules.append(PointRule((text,), _number(line.points, faults, "points")))
        otherwise = _number(row.otherwise, faults, "otherwise") if row.otherwise else None
        return Auto("rules", rules=tuple(rules), otherwise=otherwise)
    low, high = _number(row.low, faults, "low"), _number(row.high, faults, "high")
    if row.kind == "number":
        return Auto("number", field=row.number, low=low, high=high)
    days = _number(row.days, faults, "days")
    return Auto("touches", low=low, high=high, days=int(days))


def spare_rules(row: Row) -> list[RuleLine]:
    """The lines of a rule table with empty ones to fill."""
    empty = [RuleLine() for _n in range(_SPARE_RULES)]
    return [*row.rules, *empty][:MAX_RULES]


def read_pairs(data: QueryDict, keys: list[str]) -> dict[tuple[str, str], float]:
    """`p-<a>-<b>`: 3 when a matters three times as much, −3 when b does, 1 for alike."""
    found: dict[tuple[str, str], float] = {}
    for n, a in enumerate(keys):
        for b in keys[n + 1 :]:
            text: Any = data.get(f"p-{a}-{b}", "1")
            times = int(text) if text.lstrip("-").isdecimal() and len(text) < 4 else 1
            times = max(-9, min(9, times)) or 1
            found[a, b] = float(times) if times > 0 else 1 / -times
    return found
