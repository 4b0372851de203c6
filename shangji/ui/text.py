"""Short texts pages show: initials of a name, rates, grades. No request, no clock."""

import re
from decimal import ROUND_HALF_UP, Decimal

from shangji.lib.phases import PHASES

PHASE_LABELS = {phase.key: phase.label for phase in PHASES}
GRADES = ("A", "B", "C", "D")
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
# Family names of two characters; the rest have one.
DOUBLE_NAMES = frozenset(
    (
        "欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 慕容 司徒 "
        "令狐 宇文 长孙 夏侯 端木 百里 南宫 东郭 呼延"
    ).split()
)


def initials(name: str) -> str:
    """The mark on an avatar: the family name of a Chinese name, else up to two initials."""
    name = " ".join(name.split())
    if not name:
        return "?"
    if HAN.match(name):
        return name[:2] if name[:2] in DOUBLE_NAMES else name[0]
    words = [word for word in re.split(r"[\s\-_.@]+", name) if word]
    letters = [word[0] for word in words if word[0].isalnum()]
    if not letters:
        return "?"
    return (letters[0] + letters[-1] if len(letters) > 1 else letters[0]).upper()


def percent(rate: Decimal | float | int | None, *, signed: bool = False) -> str:
    """A rate of 0 to 1 as 41%, with one decimal under 10% (9.5%); empty for None. Half up."""
    if rate is None:
        return ""
    value = Decimal(str(rate)) * 100
    places = Decimal("0.1") if abs(value) < 10 else Decimal(1)
    shown = abs(value).quantize(places, rounding=ROUND_HALF_UP)
    digits = f"{shown:f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    sign = "\N{MINUS SIGN}" if value < 0 and shown else ("+" if signed and shown else "")
    return f"{sign}{digits}%"


def signed_number(value: int | float | Decimal) -> str:
    """+8, −5, 0: a gain or loss that carries its sign."""
    if value > 0:
        return f"+{value}"
    return f"\N{MINUS SIGN}{abs(value)}" if value < 0 else "0"
