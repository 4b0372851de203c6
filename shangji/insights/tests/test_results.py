"""Results by every cut, against sums done by hand; and the pages for each role."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from shangji.core.accounts.factories import make_account
from shangji.core.channels.models import Channel
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import OpportunityLine
from shangji.core.products.factories import make_product
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.models import Team, User
from shangji.insights.queries.results import DIMENSIONS, results
from shangji.insights.rules import Line, by_weight, previous_week_start, spark_points
from shangji.lib.errors import Invalid

SignIn = Callable[[User], Client]


@pytest.fixture
def sales(alice: User, bob: User, charlie: User, north: Team, south: Team) -> None:
    """North wins 2 of 3 (Alice 100 + Bob 50), South 1 of 2 (Charlie 70); one is open."""
    seo, fair = Channel.objects.get(key="seo"), Channel.objects.get(key="event")
    food = make_account(alice, name="Bluesea Foods", industry="food")
    steel = make_account(charlie, name="Ridge Steel", industry="manufacturing")
    mes, wms = make_product(name="MES"), make_product(name="WMS")
    rows = (
        (alice, "won", 100, seo, food, date(2026, 3, 31), mes),
        (bob, "won", 50, fair, food, date(2026, 4, 1), wms),
        (bob, "lost", 40, seo, steel, date(2026, 4, 2), wms),
        (charlie, "won", 70, fair, steel, date(2026, 4, 30), mes),
        (charlie, "lost", 30, None, None, date(2025, 12, 31), None),
        (alice, "quote", 900, seo, food, None, mes),
    )
    for owner, key, amount, channel, account, closed, product in rows:
        record = make_opportunity(
            owner, at=key, amount=Decimal(amount), channel=channel, account=account
        )
        if closed:
            record.closed_on = closed
            record.save(update_fields=["closed_on"])
        if product is not None:
            OpportunityLine.objects.create(
                opportunity=record,
                product=product,
                name=product.name,
                unit_price=amount,
                total=Decimal(amount),
            )


def cut(user: User, by: str, **period: date) -> dict[str, tuple[int, int, int, int]]:
    """Label: open, won, lost, won value in yuan."""
    lines, _total = results(Actor(user, "page"), by=by, **period)
    return {one.label: (one.open, one.won, one.lost, int(one.value.get("CNY", 0))) for one in lines}


@pytest.mark.usefixtures("sales")
class TestCuts:
    def test_it_cuts_by_owner(self, dana: User) -> None:
        assert cut(dana, "owner") == {
            "Alice": (1, 1, 0, 100),
            "Charlie": (0, 1, 1, 70),
            "Bob": (0, 1, 1, 50),
        }
        assert list(cut(dana, "owner")) == ["Alice", "Charlie", "Bob"]  # by won value

    def test_it_cuts_by_team_and_folds_teams_into_regions(
        self, dana: User, north: Team, south: Team
    ) -> None:
        expected = {"North": (1, 2, 1, 150), "South": (0, 1, 1, 70)}
        assert cut(dana, "team") == expected
        stamp = {"created_at": north.created_at, "updated_at": north.created_at}
        top = Team.objects.create(name="Asia", **stamp)
        Team.objects.filter(pk__in=(north.pk, south.pk)).update(parent=top)
        assert cut(dana, "region") == expected  # below one root the level under it counts
        Team.objects.create(name="Europe", **stamp)
        assert cut(dana, "region") == {"Asia": (1, 3, 2, 220)}

    def test_it_cuts_by_product_with_the_value_of_its_lines(self, dana: User) -> None:
        assert cut(dana, "product") == {"MES": (1, 2, 0, 170), "WMS": (0, 1, 1, 50)}

    def test_it_cuts_by_quarter_in_order(self, dana: User) -> None:
        assert list(cut(dana, "quarter").items()) == [
            ("2025 Q4", (0, 0, 1, 0)),
            ("2026 Q1", (0, 1, 0, 100)),
            ("2026 Q2", (0, 2, 1, 120)),
        ]

    def test_it_cuts_by_channel(self, dana: User) -> None:
        assert cut(dana, "channel") == {
            "Exhibitions and conferences": (0, 2, 0, 120),
            "SEO": (1, 1, 1, 100),
            "No channel": (0, 0, 1, 0),
        }

    def test_it_cuts_by_industry(self, dana: User) -> None:
        assert cut(dana, "industry") == {
            "Food and drink": (1, 2, 0, 150),
            "Manufacturing": (0, 1, 1, 70),
            "No industry": (0, 0, 1, 0),
        }

    def test_it_cuts_by_customer(self, dana: User) -> None:
        assert cut(dana, "customer") == {
            "Bluesea Foods": (1, 2, 0, 150),
            "Ridge Steel": (0, 1, 1, 70),
            "No customer": (0, 0, 1, 0),
        }

    def test_it_takes_the_days_of_a_period_whole_and_leaves_open_ones_out(self, dana: User) -> None:
        days = {"first": date(2026, 4, 1), "last": date(2026, 4, 30)}
        assert cut(dana, "owner", **days) == {"Charlie": (0, 1, 0, 70), "Bob": (0, 1, 1, 50)}

    def test_it_shows_what_the_reader_may_see(self, alice: User, mei: User, vera: User) -> None:
        assert cut(alice, "team") == {"North": (1, 1, 0, 100)}
        assert cut(mei, "team") == {"North": (1, 2, 1, 150)}
        assert set(cut(vera, "team")) == {"North", "South"}

    @pytest.mark.parametrize("by", DIMENSIONS)
    def test_it_totals_the_same_whatever_the_cut(self, dana: User, by: str) -> None:
        _lines, total = results(Actor(dana, "page"), by=by)
        opened = 0 if by == "quarter" else 1
        assert (total.open, total.won, total.lost) == (opened, 3, 2)
        assert total.value == {"CNY": Decimal(220)}

    @pytest.mark.parametrize("who", ["alice", "mei", "vera", "dana"])
    @pytest.mark.parametrize("by", ["owner", "quarter", "product"])
    @pytest.mark.parametrize("period", ["all", "year", "nonsense"])
    def test_it_opens_for_every_role(
        self, request: pytest.FixtureRequest, sign_in: SignIn, who: str, by: str, period: str
    ) -> None:
        browser = sign_in(request.getfixturevalue(who))
        answer = browser.get(f"/insights/?by={by}&period={period}")
        assert answer.status_code == 200
        assert "Alice" in answer.content.decode() or by != "owner" or period == "year"
        assert browser.get("/").status_code == 200


def test_it_refuses_a_cut_that_is_none(alice: User, sign_in: SignIn) -> None:
    with pytest.raises(Invalid):
        results(Actor(alice, "page"), by="password")
    page = sign_in(alice).get("/insights/?by=team&period=zz").content.decode()
    assert 'href="?by=team&amp;period=all" aria-current="page"' in page, "falls back to all time"
    assert sign_in(alice).get("/insights/?by=password").status_code in (400, 422)


def test_it_gives_no_rate_under_five_closed() -> None:
    assert Line("", "", won=2, lost=2).share is None
    five = Line("", "", won=2, lost=3).share
    assert five is not None and five.share == 0.4 and five.n == 5
    assert 0.1 < five.low < 0.13 and 0.76 < five.high < 0.78  # Wilson, 95 %


def test_it_puts_the_own_currency_first_then_the_largest() -> None:
    sums = {"EUR": Decimal(5), "USD": Decimal(-9), "CNY": Decimal(1)}
    assert list(by_weight(sums, "CNY")) == ["CNY", "USD", "EUR"]


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 11, 29)])
def test_it_takes_monday_of_the_week_before(day: date) -> None:
    assert previous_week_start(day) == date(2026, 11, 16)


def test_it_draws_a_line_from_low_to_high() -> None:
    points, end = spark_points([0, 5, 10])
    assert points == "2.0,19.0 32.0,11.0 62.0,3.0" and end == (62.0, 3.0)
    assert spark_points([4, 4])[0] == "2.0,11.0 62.0,11.0"
