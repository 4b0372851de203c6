"""Keys: the form in which two writings of one company, person, phone or address are equal.

A key is for comparing and for unique constraints, not for showing. "" means that there is nothing
to compare by; two empty keys are not a match.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.utils.translation import gettext_lazy as _

from shangji.lib.errors import BadInput
from shangji.lib.text.words import is_han, normalise

MAX_NAME: Final = 255
MAX_PHONE: Final = 40
MAX_MAIL: Final = 254
MAX_ADDRESS: Final = 2048

# ------------------------------------------------------------------------------------ companies

# Legal forms at the end of a name, longest first. 分公司 and 厂 stay: they are other companies.
_HAN_FORMS: Final = tuple(
    sorted(
        (
            "集团股份有限公司", "集团有限责任公司", "集团有限公司", "集团公司", "集团",
            "股份有限公司", "有限责任公司", "有限公司", "总公司", "公司", "控股", "股份",
            "有限合伙", "普通合伙", "特殊普通合伙", "股份公司", "株式会社", "个体工商户",
        ),
        key=len,
        reverse=True,
    )
)  # fmt: skip
_LATIN_FORMS: Final = frozenset(
    {
        "co", "company", "ltd", "limited", "inc", "incorporated", "corp", "corporation", "llc",
        "llp", "lp", "plc", "gmbh", "mbh", "ag", "kg", "kgaa", "ug", "se", "sa", "sas", "sarl",
        "srl", "spa", "sl", "bv", "nv", "ab", "as", "asa", "aps", "oy", "oyj", "kk", "pty", "pte",
        "pvt", "sdn", "bhd", "group", "holding", "holdings", "ltda", "eirl", "ooo",
    }
)  # fmt: skip
_DOTTED: Final = re.compile(r"(?<=\b[a-z])\.(?=[a-z]\b)")  # s.a. → sa, l.l.c → llc
_NOT_WORD: Final = re.compile(r"[\W_]+")


def company_key(name: str) -> str:
    """The name without case, blanks, punctuation and legal form: "华辰精密（上海）有限公司" →
    "华辰精密上海", "Acme Robotics Co., Ltd." → "acmerobotics". A name that is nothing but a legal
    form stays whole. BadInput beyond MAX_NAME characters."""
    plain = _DOTTED.sub("", normalise(name, MAX_NAME))
    words = [word for word in _NOT_WORD.split(plain.replace("&", " ").replace("'", "")) if word]
    while len(words) > 1 and words[-1] in _LATIN_FORMS:
        words.pop()
    if len(words) > 1 and words[-1] == "and":  # "Meyer and Co"
        words.pop()
    key = "".join(words)
    while key not in _HAN_FORMS:
        form = next((form for form in _HAN_FORMS if key.endswith(form)), None)
        if form is None:
            break
        key = key.removesuffix(form)
    return key


# -------------------------------------------------------------------------------------- persons

# Space, controls, marks that reorder or hide text.
_UNSEEN: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f]+"
)
_BLANKS: Final = re.compile(r"\s+")


def clean_name(text: str, max_length: int = MAX_NAME) -> str:
    """What may be stored as a name or subject: one line, single spaces, no controls, no marks that
    hide or reorder text; composed (NFC) but otherwise as written. BadInput when too long."""
    if len(text) > max_length:
        raise BadInput(
            _("Needs at most %(limit)s characters, has %(found)s."),
            limit=max_length,
            found=len(text),
        )
    one_line = re.sub(r"[\t\n\v\f\r\x85\u2028\u2029]", " ", text)
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", _UNSEEN.sub("", one_line))).strip()


def person_key(name: str) -> str:
    """A person's name for comparing: normalised, a Chinese name without spaces (张 三 = 张三).
    BadInput beyond MAX_NAME characters."""
    key = normalise(clean_name(name))
    joined = key.replace(" ", "")
    return joined if joined and all(is_han(letter) for letter in joined) else key


# -------------------------------------------------------------------------- phones and addresses

_WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_EXTENSION_WORDS: Final = re.compile(r"(?:转|分机号?)[:：]?")


def phone_key(text: str, region: str = "CN") -> str:
    """The number as "+8613812345678", with ";ext=801" for an extension (转 801), or "" when it
    cannot be one. A number without a country code is read as one of `region`."""
    if not text or len(text) > MAX_PHONE:
        return ""
    import phonenumbers  # noqa: PLC0415 - its table of countries, for who writes numbers only

    plain = _EXTENSION_WORDS.sub(" ext. ", text.translate(_WIDE))
    try:
        number = phonenumbers.parse(plain, region.upper())
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    key: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{key};ext={number.extension}" if number.extension else key


_LOCAL: Final = re.compile(r"[^\s@\"(),:;<>\[\\\]\x00-\x20\x7f\ud800-\udfff]+")
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


def _host_key(host: str) -> str:
    """A host name in lower-case ASCII (punycode), or "" when it is none."""
    try:
        ascii_host = host.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    labels = ascii_host.split(".")
    if len(ascii_host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return ""
    return ascii_host


def mail_key(text: str) -> str:
    """An e-mail address for comparing: half-width, lower case, the domain in punycode. "" when it
    is none or longer than 254 characters. Dots and +tags stay: they may be other people."""
    if not text or len(text) > MAX_MAIL:
        return ""
    address = unicodedata.normalize("NFKC", text).strip().lower()
    local, at, host = address.rpartition("@")
    if not at or len(address) > MAX_MAIL or len(local) > 64 or not _LOCAL.fullmatch(local):
        return ""
    if local.startswith(".") or local.endswith(".") or ".." in local:
        return ""
    domain = _host_key(host)
    return f"{local}@{domain}" if "." in domain else ""


def whole_name(family: str, given: str) -> str:
    """A name from its parts, in the order its script has: 王伟, but Ann Lee."""
    family, given = family.strip(), given.strip()
    if family and given and is_han(family[-1]) and is_han(given[0]):
        return family + given
    return " ".join(filter(None, (given, family)))


def domain_of(mail_or_url: str) -> str:
    """The host a mail address or web address names, without "www.": "acme.com". "" when there is
    none. Free mail providers are for the caller to set aside."""
    if not mail_or_url or len(mail_or_url) > MAX_ADDRESS:
        return ""
    text = unicodedata.normalize("NFKC", mail_or_url).strip().lower()
    scheme, found, rest = text.partition("://")
    if found:
        if scheme not in {"http", "https"}:
            return ""
        text = rest
    text = re.split(r"[/?#\\]", text, maxsplit=1)[0]
    if not found and "@" in text:
        return mail_key(text.removeprefix("mailto:")).rpartition("@")[2].removeprefix("www.")
    host = _host_key(re.sub(r":[0-9]{1,5}$", "", text.rpartition("@")[2]))
    host = host.removeprefix("www.")
    is_name = "." in host and not host.rpartition(".")[2].isdigit()
    return host if is_name else ""


# -------------------------------------------------------------------------------------- masking


def mask(text: str) -> str:
    """Enough to recognise, too little to use: 张** , 138****1234, l***@acme.com, A***."""
    shown = text[:MAX_MAIL].strip()
    if not shown:
        return ""
    local, at, host = shown.rpartition("@")
    if at and local and host:
        return f"{local[0]}***@{host}"
    digits = sum(letter.isdigit() for letter in shown)
    if digits >= 7 and digits >= len(shown) - 6:
        bare = "".join(letter for letter in shown if letter.isdigit())
        head = len(bare) - 8 if len(bare) > 8 else 0
        return ("+" if shown.startswith("+") else "") + bare[:head] + "****" + bare[-4:]
    if all(is_han(letter) for letter in shown):
        return shown[0] + "*" * max(1, min(len(shown) - 1, 2))
    return shown[0] + "***"
