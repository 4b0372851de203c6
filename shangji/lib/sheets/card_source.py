"""vCard 2.1, 3.0 and 4.0 as a table: one card a row. Pictures and keys stay out."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from typing import BinaryIO, Final

from django.utils.translation import gettext_lazy as _

from shangji.lib.sheets.content_lines import Property, content_lines, short_id
from shangji.lib.sheets.encodings import Encoding
from shangji.lib.sheets.problems import Limits, Problems
from shangji.lib.text import mail_key, phone_key

HEADER: Final = (
    "UID", "FN", "N.family", "N.given", "ORG", "ORG.unit", "TITLE", "TEL", "TEL.more", "EMAIL",
    "EMAIL.more", "BDAY", "GENDER", "ADR.city", "ADR.region", "WECHAT", "CATEGORIES", "NOTE",
)  # fmt: skip
_DAY: Final = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:T.*)?")
_MOBILE: Final = frozenset({"CELL", "PREF", "IPHONE"})
#: numbers that are no telephone
_NO_PHONE: Final = frozenset({"FAX", "PAGER", "MODEM"})


class CardSource:
    """The cards of a file."""

    kind = "vcard"
    delimiter = ""
    encoding = Encoding("utf-8")

    def __init__(self, opener: Callable[[], BinaryIO], limits: Limits) -> None:
        self._opener = opener

    def records(self, problems: Problems) -> Generator[tuple[int, list[str]], None, None]:
        """(line, cells): the names of the columns, then a row a card."""
        yield 1, list(HEADER)
        depth, begun = 0, 0
        card: list[Property] = []
        with self._opener() as stream:
            for prop in content_lines(stream):
                word = prop.raw.strip().upper()
                if prop.name == "BEGIN" and word == "VCARD":
                    depth += 1
                    if depth == 1:
                        card, begun = [], prop.line
                elif prop.name == "END" and word == "VCARD":
                    depth = max(0, depth - 1)
                    if depth == 0 and begun:
                        yield begun, _row(card, problems)
                        begun = 0
                elif depth == 1:  # what an agent's card within says is about somebody else
                    card.append(prop)
        if begun:
            problems.add(begun, "unclosed", _("The card has no end; what is there is read."))
            yield begun, _row(card, problems)


def _row(card: Sequence[Property], problems: Problems) -> list[str]:
    cells = dict.fromkeys(HEADER, "")
    phones: list[tuple[bool, str]] = []
    mails: list[tuple[bool, str]] = []
    odd: list[Property] = []
    for prop in card:
        name, text = prop.name, prop.text.strip()
        if not text:
            continue
        if name in {"FN", "TITLE", "NOTE"}:
            cells[name] = cells[name] or text
        elif name == "UID":
            cells["UID"] = short_id(text)
        elif name == "N":
            family, given = [*prop.parts(), "", ""][:2]
            cells["N.family"], cells["N.given"] = family, given
        elif name == "ORG":
            company, unit = [*prop.parts(), ""][:2]
            cells["ORG"], cells["ORG.unit"] = cells["ORG"] or company, cells["ORG.unit"] or unit
        elif name == "TEL" and not prop.types & _NO_PHONE:
            number = re.sub(r"^tel:", "", text, flags=re.IGNORECASE)
            if phone_key(number):
                phones.append((bool(prop.types & _MOBILE), number))
            else:
                odd.append(prop)
        elif name == "EMAIL" and "X400" not in prop.types:
            address = re.sub(r"^mailto:", "", text, flags=re.IGNORECASE)
            if mail_key(address):
                mails.append((bool(prop.types & {"PREF"}), address))
            else:
                odd.append(prop)
        elif name == "BDAY":
            day = _DAY.fullmatch(text)
            cells["BDAY"] = "-".join(day.groups()) if day else ""
        elif name == "GENDER":
            cells["GENDER"] = {"M": "male", "F": "female"}.get(text[:1].upper(), "")
        elif name == "ADR":
            parts = [*prop.parts(), *[""] * 7]
            cells["ADR.city"] = cells["ADR.city"] or parts[3]
            cells["ADR.region"] = cells["ADR.region"] or parts[4]
        elif name == "CATEGORIES":
            cells[name] = ",".join(prop.parts(","))
        elif name in {"X-WECHAT", "X-WEIXIN"}:
            cells["WECHAT"] = text
    for key, found in (("TEL", phones), ("EMAIL", mails)):
        words = [word for _first, word in sorted(found, key=lambda one: not one[0])]
        each = list(dict.fromkeys(words))
        cells[key], cells[f"{key}.more"] = (each or [""])[0], "\n".join(each[1:])
    for prop in odd:
        cause = _("“%(text)s” is no telephone number or mail address and went into the note.")
        problems.add(prop.line, "no_number", cause, text=prop.text.strip()[:60])
        cells["NOTE"] = f"{cells['NOTE']}\n{prop.name}: {prop.text.strip()[:200]}".strip()
    if not cells["FN"] and not cells["N.family"] and not cells["N.given"]:
        # a card of a company, or of an address alone
        cells["FN"] = cells["ORG"] or cells["EMAIL"] or cells["TEL"]
    return [cells[name] for name in HEADER]
