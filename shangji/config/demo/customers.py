"""About 400 invented accounts and 700 contacts."""

from collections.abc import Sequence
from dataclasses import field
from random import Random

from shangji.config.demo import words
from shangji.config.demo.clock import Clock
from shangji.config.demo.ledger import BATCH, Ledger
from shangji.config.demo.people import OVERSEAS, Crew
from shangji.core.accounts.choices import SIZES
from shangji.core.accounts.models import Account
from shangji.core.contacts.actions import key_of
from shangji.core.contacts.models import Consent, Contact, ContactPoint
from shangji.lib.credit_code import ALPHABET, check_character
from shangji.lib.text import company_key, domain_of
from shangji.lib.values import dataclass

CHINESE, OVERSEAS_COUNT = 300, 100
#: how many of the known accounts are the leading rep's
LEADING = 15
#: telephone areas of contacts overseas
AREAS = ("206", "212", "303", "312", "404", "415", "503", "512", "602", "614")
AGE_DAYS = 760  # the history begins a little over two years ago


@dataclass
class Customer:
    """An account of the demo with its people. `owner` is a name, empty for the pool."""

    account: Account
    owner: str
    is_chinese: bool
    industry: str
    contacts: list[Contact] = field(default_factory=list)


def make_customers(rng: Random, clock: Clock, crew: Crew, ledger: Ledger) -> list[Customer]:
    """Accounts with parents, sizes and checked codes; then their contacts."""
    customers = [*_chinese(rng), *_overseas(rng)]
    for customer in customers:
        account = customer.account
        account.owner_id = crew.id(customer.owner) if customer.owner else None
        account.name_key = company_key(account.name)[:200]
        account.domain = domain_of(account.website)[:200]
        began = clock.ago(AGE_DAYS + rng.randrange(40), rng)
        maker = account.owner_id or crew.id("孙倩")
        ledger.op(began, maker, "account.create").created(account)
    Account.objects.bulk_create([one.account for one in customers], batch_size=BATCH)
    _parents(rng, clock, ledger, customers)
    _contacts(rng, clock, crew, ledger, customers)
    return customers


def _size(rng: Random) -> tuple[str, int]:
    place = rng.choices(range(len(SIZES)), weights=(4, 20, 32, 28, 13, 3))[0]
    low, high = ((5, 19), (20, 99), (100, 299), (300, 999), (1000, 4999), (5000, 18000))[place]
    return SIZES[place].value, rng.randrange(low, high)


def _code(rng: Random) -> str:
    """An invented code whose check characters are right: 91, a place that is none, digits."""
    body = "91" + "990000" + "".join(rng.choice(ALPHABET) for _ in range(9))
    return body + check_character(body)


def _chinese(rng: Random) -> list[Customer]:
    rows = list(words.KNOWN_ACCOUNTS)
    taken = {name for name, *_rest in rows}
    heads = list(words.HEADS)
    trades = list(words.TRADES)
    weights = [share for _words, share in words.TRADES.values()]
    while len(rows) < CHINESE:
        industry = rng.choices(trades, weights=weights)[0]
        city, province = rng.choice(words.PLACES)
        name = rng.choice(heads) + rng.choice(words.TRADES[industry][0].split())
        if rng.random() < 0.3:
            name = city + name
        if name not in taken:
            taken.add(name)
            rows.append((name, industry, city, province))
    east = ("林悦", "周子航", "周子航", "吴桐", "吴桐", "陈志远")
    south = ("何嘉怡", "何嘉怡", "梁俊杰", "梁俊杰", "赵敏")
    found = []
    for place, (name, industry, city, province) in enumerate(rows):
        owner = (
            "林悦" if place < LEADING else rng.choice(south if province in words.SOUTH else east)
        )
        if place > LEADING and rng.random() < 0.06:
            owner = ""
        size, employees = _size(rng)
        account = Account(
            name=name,
            industry=industry,
            size=size,
            employees=employees,
            revenue=employees * rng.randrange(300_000, 900_000) if rng.random() < 0.6 else None,
            founded_year=rng.randrange(1988, 2020),
            country="中国",
            province=province,
            city=city,
            address=f"{city}市工业园区 {rng.randrange(1, 200)} 号",
            credit_code=_code(rng),
            website=f"https://www.c{place + 1001}.example",
            # each once, so that none looks like another's duplicate
            phone=f"142 {rng.randrange(10000):04d} {place:04d}",
            tags=rng.sample(words.TAGS[:6], 1) if rng.random() < 0.2 else [],
        )
        found.append(Customer(account, owner, True, industry))
    return found


def _overseas(rng: Random) -> list[Customer]:
    names: dict[str, str] = {}
    trades = list(words.OVERSEAS_TRADES)
    while len(names) < OVERSEAS_COUNT:
        industry = rng.choice(trades)
        name = f"{rng.choice(words.OVERSEAS_HEADS)} {rng.choice(words.OVERSEAS_TRADES[industry])}"
        names.setdefault(name, industry)
    found = []
    for place, (name, industry) in enumerate(names.items()):
        country, city = rng.choice(words.OVERSEAS_PLACES)
        size, employees = _size(rng)
        account = Account(
            name=name,
            industry=industry,
            size=size,
            employees=employees,
            currency="USD",
            founded_year=rng.randrange(1950, 2018),
            country=country,
            city=city,
            website=f"https://www.{name.lower().replace(' ', '-')}.example",
            phone=f"+44 1632 960{place * 10 + rng.randrange(1000) % 10:03d}",
            tags=rng.sample(words.TAGS[6:], 1) if rng.random() < 0.2 else [],
        )
        found.append(
            Customer(account, "林悦" if place < 5 else OVERSEAS[place % 2], False, industry)
        )
    return found


def _parents(rng: Random, clock: Clock, ledger: Ledger, customers: Sequence[Customer]) -> None:
    """Some companies belong to another one."""
    groups = [one.account for one in customers if one.account.name.endswith("集团")]
    groups += [one.account for one in rng.sample(customers, 12)]
    children = []
    for customer in rng.sample(customers, 36):
        account = customer.account
        if account not in groups and account.owner_id:
            at = clock.between(account.created_at, clock.ago(30, rng), rng)
            op = ledger.op(at, account.owner_id, "account.edit")
            op.updated(account, {"parent": rng.choice(groups).pk})
            children.append(account)
    Account.objects.bulk_update(children, ["parent", "version", "updated_at"])


def _contacts(
    rng: Random, clock: Clock, crew: Crew, ledger: Ledger, customers: Sequence[Customer]
) -> None:
    number = 0
    for place, customer in enumerate(customers):
        titles = rng.sample(words.TITLES_ZH if customer.is_chinese else words.TITLES_EN, 3)
        for title, department in titles[: rng.choices((1, 2, 3), weights=(40, 42, 18))[0]]:
            number += 1
            known = {0: "周立群", 6: "王晓彤"}.get(place) if not customer.contacts else None
            contact = _contact(rng, customer, number, title, department, known)
            began = clock.between(customer.account.created_at, clock.ago(60, rng), rng)
            by = customer.account.owner_id or crew.id("孙倩")
            ledger.op(began, by, "contact.create").created(contact)
            customer.contacts.append(contact)
    contacts = [contact for customer in customers for contact in customer.contacts]
    Contact.objects.bulk_create(contacts, batch_size=BATCH)
    ContactPoint.objects.bulk_create(
        (
            ContactPoint(contact=one, kind=kind, value=value, key=key_of(kind, value))
            for one in contacts
            for kind, value in ((ContactPoint.PHONE, one.phone), (ContactPoint.MAIL, one.email))
        ),
        batch_size=BATCH,
    )
    Consent.objects.bulk_create(
        Consent(
            contact=one,
            channel="mail",
            given=rng.random() < 0.9,
            text_version="2024-01",
            source="官网表单 / web form",
            at=one.created_at,
        )
        for one in contacts
        if rng.random() < 0.35
    )


def _contact(
    rng: Random, customer: Customer, number: int, title: str, department: str, known: str | None
) -> Contact:
    if customer.is_chinese:
        name = known or rng.choice(words.FAMILIES) + rng.choice(words.GIVEN)
        # 142 is not given out to subscribers
        phone = f"142 {5000 + number // 1000} {rng.randrange(10)}{number % 1000:03d}"
    else:
        name = f"{rng.choice(words.FIRST_NAMES)} {rng.choice(words.LAST_NAMES)}"
        # 555 01xx is nobody's; a hundred of each area
        area = AREAS[number // 100 % len(AREAS)]
        phone = f"+1 {area} 555 01{number % 100:02d}"
    return Contact(
        name=name,
        account=customer.account,
        owner_id=customer.account.owner_id,
        job_title=title,
        department=department,
        phone=phone,
        email=f"contact{number}@{customer.account.domain or 'example.com'}",
        wechat=f"hh_demo_{number}" if customer.is_chinese and rng.random() < 0.5 else "",
        gender=rng.choice(("female", "male")) if rng.random() < 0.4 else "",
        province=customer.account.province,
        city=customer.account.city,
    )
