"""The search box: Chinese by characters, pinyin and initials; words, phones, mails; rights."""

from datetime import timedelta

import pytest

from shangji.foundation.access.grants import Grant, Role
from shangji.foundation.access.scope import Scope
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.foundation.audit.recorder import operation
from shangji.foundation.search import index, store
from shangji.foundation.search.actions import remember_visit
from shangji.foundation.search.index import Searchable, register_search
from shangji.foundation.search.models import RecentRecord, SearchEntry
from shangji.foundation.search.queries import finding, recent_records, search, search_groups
from shangji.foundation.search.tests.conftest import add, show_rows, titles
from shangji.foundation.tests.things import Thing, make_thing
from tests.quick import least_seconds

pytestmark = pytest.mark.django_db


class Other(Thing):
    """A second type over the same rows."""

    record_type = "other"

    class Meta:
        app_label = "things"
        proxy = True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("华辰", ["华辰精密 MES 二期", "重庆长安"]),
        ("辰精", ["华辰精密 MES 二期"]),
        ("精密", ["华辰精密 MES 二期"]),
        ("密", ["华辰精密 MES 二期"]),
        ("华密", []),
        ("华辰精密 mes", ["华辰精密 MES 二期"]),
        ("huachen", ["华辰精密 MES 二期"]),
        ("huachenjingmi", ["华辰精密 MES 二期"]),
        ("huac", ["华辰精密 MES 二期"]),
        ("jingmi", ["华辰精密 MES 二期"]),
        ("hua jing", ["华辰精密 MES 二期"]),
        ("hcjm", ["华辰精密 MES 二期"]),
        ("hcj", ["华辰精密 MES 二期"]),
        ("cjm", ["华辰精密 MES 二期"]),
        ("HCJM", ["华辰精密 MES 二期"]),
        ("hcjmme", ["华辰精密 MES 二期"]),
        ("chongqing", ["重庆长安"]),
        ("yinhang", ["银行系统 Überweisung"]),
        ("cqca", ["重庆长安"]),
        ("uberw", ["银行系统 Überweisung"]),
        ("acme", ["Acme Robotics Co., Ltd."]),
        ("rob", ["Acme Robotics Co., Ltd."]),
        ("arc", ["Acme Robotics Co., Ltd."]),
        ("mes2erqi", []),
        ("meserqi", ["华辰精密 MES 二期"]),
        ("jingmimes", ["华辰精密 MES 二期"]),
        ("robo acm", ["Acme Robotics Co., Ltd."]),
        ("r", ["Acme Robotics Co., Ltd."]),
        ("rene", ["Acme Robotics Co., Ltd."]),
        ("ＡＣＭＥ", ["Acme Robotics Co., Ltd."]),
        ("13812345678", ["华辰精密 MES 二期"]),
        ("138 1234 5678", ["华辰精密 MES 二期"]),
        ("5678", ["华辰精密 MES 二期"]),
        ("138", ["华辰精密 MES 二期"]),
        ("55550101", ["银行系统 Überweisung"]),
        ("021-5555 0101", ["银行系统 Überweisung"]),
        ("li.wei@hua", ["华辰精密 MES 二期"]),
        ("huachen.com", ["华辰精密 MES 二期"]),
        ("客户", ["重庆长安"]),
        ("nothing", []),
    ],
)
@pytest.mark.usefixtures("shelf")
def test_it_finds(alice, actor, text: str, expected: list[str]) -> None:
    assert titles(actor(alice), text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        '"',
        "a & | !",
        "*",
        "%_%",
        "(" * 10_000,
        "[]{}()" * 2_000,
        "' OR 1=1--",
        "\x00",
        "\ud800",
        'title : "x" OR',
        "NEAR(a b)",
        "a" * 10_000,
        "华" * 10_000,
        "- + ^ :*",
        "1" * 10_000,
        "a b c d e f g h i j k l m n o p " * 100,
    ],
)
@pytest.mark.usefixtures("shelf")
def test_it_answers_anything_in_time(alice, actor, text: str) -> None:
    assert isinstance(search(actor(alice), text), list)
    assert least_seconds(lambda: search_groups(actor(alice), text), 1) < 1


def test_it_orders_by_closeness(alice, actor, now) -> None:
    for name, note in (("Blue", "Acme"), ("Big Acme", ""), ("Acme West", ""), ("Acme", "")):
        add(actor(alice), now, alice, name, note)

    assert titles(actor(alice), "acme") == ["Acme", "Acme West", "Big Acme", "Blue"]


def test_frequent_words_push_nothing_near_out(alice, dana, actor, now, monkeypatch) -> None:
    """More hits than are looked at: what is near is found though it is old."""
    monkeypatch.setattr(finding, "LOOK", 3)
    register_search(
        "other",
        Searchable(
            model=Other, title=str, show=show_rows(Other), url=lambda pk: "/", label="Others"
        ),
    )
    index.index_many("other", [make_thing(alice, "Big Acme in others").pk])
    for name, note in (("Acme", ""), ("Acme West", ""), ("Big Acme", ""), ("Blue", "Acme")):
        add(actor(alice), now, alice, name, note)
    for number in range(8):
        add(actor(alice), now, alice, f"Red {number}", "Acme")

    for person in (alice, dana):
        who = actor(person)
        assert titles(who, "acme", limit=4, types=["thing"]) == [
            "Acme",
            "Acme West",
            "Big Acme",
            "Red 7",
        ]
        groups = search_groups(who, "acme", each=3)
        assert [(group.record_type, group.count, group.is_more) for group in groups] == [
            ("thing", 3, True),
            ("other", 1, False),
        ]
        assert [hit.title for hit in groups[0].hits] == ["Acme", "Acme West", "Big Acme"]
        only = search_groups(who, "acme", each=4, only="other")
        assert [len(group.hits) for group in only] == [0, 1]


def test_what_no_title_holds_as_typed_comes_titles_first(alice, actor, now) -> None:
    for name, note in (("华辰精密", ""), ("Blue", "hcj"), ("华辰机床", ""), ("Red", "hcjx")):
        add(actor(alice), now, alice, name, note)

    assert titles(actor(alice), "hcj") == ["华辰机床", "华辰精密", "Red", "Blue"]


def test_it_finds_what_the_actor_may_see(alice, bob, mei, charlie, dana, vera, actor, now) -> None:
    add(actor(dana), now, alice, "华辰一号")
    add(actor(dana), now, charlie, "华辰二号")
    add(actor(dana), now, None, "华辰公海")

    seen = {
        person.name: sorted(titles(actor(person), "华辰"))
        for person in (alice, bob, mei, charlie, dana, vera)
    }

    everything = ["华辰一号", "华辰二号", "华辰公海"]
    assert seen == {
        "Alice": ["华辰一号", "华辰公海"],
        "Bob": ["华辰公海"],
        "Mei": ["华辰一号", "华辰公海"],
        "Charlie": ["华辰二号", "华辰公海"],
        "Dana": everything,
        "Vera": everything,
    }
    assert [group.count for group in search_groups(actor(bob), "hua")] == [1]
    assert [group.count for group in search_groups(actor(dana), "hua")] == [3]


def test_the_unseen_push_nothing_out(alice, charlie, actor, now) -> None:
    mine = add(actor(alice), now, alice, "华辰 mine")
    for number in range(150):
        add(actor(charlie), now, charlie, f"华辰 {number}")

    assert [hit.record_id for hit in search(actor(alice), "华辰", limit=5)] == [mine.pk]
    assert [hit.record_id for hit in search(actor(alice), "huachen", limit=5)] == [mine.pk]
    assert search_groups(actor(alice), "华辰")[0].count == 1


def test_a_stale_entry_shows_nothing(alice, bob, actor, now) -> None:
    thing = add(actor(alice), now, alice, "华辰")
    Thing.objects.filter(pk=thing.pk).update(owner=bob)

    assert titles(actor(alice), "华辰") == []


def test_it_asks_the_rule_of_a_type_without_owners(alice, bob, actor, now, monkeypatch) -> None:
    def alone(self, who):
        return self.filter(deleted_at=None, note=str(who.user_id))

    rows = type("Rows", (type(Thing.objects.all()),), {"visible_to": alone})
    monkeypatch.setattr(Thing._default_manager, "_queryset_class", rows)
    for number in range(80):
        add(actor(bob), now, bob, f"华辰 {number}", str(bob.pk))
    add(actor(bob), now, bob, "华辰 first", str(alice.pk))
    for number in range(80):
        add(actor(bob), now, bob, f"华辰 {number}", str(bob.pk))

    assert titles(actor(alice), "华辰") == ["华辰 first"]
    assert titles(actor(alice), "hc") == ["华辰 first"]
    assert search_groups(actor(alice), "华辰")[0].count == 1


def test_a_hidden_field_finds_nothing(alice, actor, now, monkeypatch) -> None:
    add(actor(alice), now, alice, "华辰", "margin 4711")
    grant = Grant(read=Scope.OWN, hidden=frozenset({"note"}))
    who = actor(alice)
    who.__dict__["role"] = Role("x", "x", "x", default=grant)

    assert titles(who, "4711") == []
    assert search_groups(who, "margin") == []
    assert titles(who, "华辰") == ["华辰"]


def test_it_follows_every_change(alice, bob, actor, now) -> None:
    thing = add(actor(alice), now, alice, "华辰")
    with operation(actor(alice), "thing.edit", now=now) as op:
        op.update(op.lock(thing), {"name": "长安"})
    assert titles(actor(alice), "华辰") == []
    assert titles(actor(alice), "长安") == ["长安"]

    with operation(actor(alice), "thing.assign", now=now) as op:
        op.update(op.lock(thing), {"owner": bob})
    assert titles(actor(alice), "长安") == []
    assert titles(actor(bob), "长安") == ["长安"]

    with operation(actor(bob), "thing.delete", now=now) as op:
        op.deleted(op.lock(thing))
    assert titles(actor(bob), "长安") == []
    assert not SearchEntry.objects.exists()

    undo_operation(actor=actor(bob), target=Operation.objects.get(action="thing.delete"), now=now)
    assert titles(actor(bob), "长安") == ["长安"]


def test_a_change_that_fails_leaves_no_entry(alice, actor, now) -> None:
    with pytest.raises(RuntimeError), operation(actor(alice), "thing.create", now=now) as op:
        op.created(Thing(owner=alice, name="华辰"))
        op.finish()
        raise RuntimeError

    assert not SearchEntry.objects.exists()


def test_it_rests_when_nothing_searchable_changed(
    alice, actor, now, django_assert_num_queries, monkeypatch
) -> None:
    thing = add(actor(alice), now, alice, "华辰")
    monkeypatch.setattr(store, "write", lambda documents: pytest.fail() if documents else None)

    with operation(actor(alice), "thing.edit", now=now) as op:
        op.update(op.lock(thing), {"external_id": "4"})


def test_the_index_can_be_made_anew(alice, actor, now) -> None:
    made = [make_thing(alice, f"华辰 {number}") for number in range(3)]
    gone = add(actor(alice), now, alice, "华辰 gone")
    Thing.objects.filter(pk=gone.pk).delete()
    assert titles(actor(alice), "华辰") == []

    assert index.reindex("thing") == 3

    assert len(titles(actor(alice), "华辰")) == 3
    assert SearchEntry.objects.count() == len(made)


def test_many_are_written_at_once(alice, actor, django_assert_max_num_queries) -> None:
    things = [make_thing(alice, f"华辰 {number}") for number in range(150)]
    with django_assert_max_num_queries(5):
        assert index.index_many("thing", [thing.pk for thing in things]) == 150

    (group,) = search_groups(actor(alice), "huachen")
    assert (group.count, group.is_more) == (100, True)


def test_it_looks_at_the_types_asked_for(alice, actor, now) -> None:
    add(actor(alice), now, alice, "华辰")
    register_search(
        "other",
        Searchable(
            model=Thing, title=str, show=show_rows(Thing), url=lambda pk: "/", label="Others"
        ),
    )

    assert titles(actor(alice), "华辰", types=["other"]) == []
    assert titles(actor(alice), "华辰", types=["thing", "nonsense"]) == ["华辰"]
    assert titles(actor(alice), "华辰", types=[]) == []


def test_the_index_survives_a_second_migrate(alice, actor, now) -> None:
    add(actor(alice), now, alice, "华辰")

    assert store.ensure() is False
    store.clear_leftovers()

    assert titles(actor(alice), "华辰") == ["华辰"]


def test_recent_records_are_the_last_seen_first(alice, bob, actor, now) -> None:
    first, second = (add(actor(alice), now, alice, name) for name in ("A", "B"))
    for minutes, thing in ((0, first), (10, second), (20, first)):
        remember_visit(
            actor=actor(alice),
            record_type="thing",
            record_id=thing.pk,
            now=now + timedelta(minutes=minutes),
        )
    assert [hit.title for hit in recent_records(actor(alice))] == ["A", "B"]
    assert recent_records(actor(bob)) == []

    Thing.objects.filter(pk=first.pk).update(owner=bob)
    assert [hit.title for hit in recent_records(actor(alice))] == ["B"]


def test_visits_do_not_pile_up(alice, actor, now) -> None:
    for number in range(60):
        remember_visit(
            actor=actor(alice),
            record_type="thing",
            record_id=number,
            now=now + timedelta(minutes=number),
        )

    kept = RecentRecord.objects.filter(user=alice).values_list("record_id", flat=True)
    assert sorted(kept) == list(range(10, 60))


def test_a_type_that_is_closed_to_a_role_pushes_nothing_out(alice, actor, now) -> None:
    register_search(
        "other",
        Searchable(
            model=Other, title=str, show=show_rows(Other), url=lambda pk: "/", label="Others"
        ),
    )
    seen = make_thing(alice, "上海华辰")
    index.index_many("other", [seen.pk])
    closed = [make_thing(alice, f"华辰 {number}") for number in range(150)]
    index.index_many("thing", [thing.pk for thing in closed])
    who = actor(alice)
    who.__dict__["role"] = Role("x", "x", "x", grants={"other": Grant(read=Scope.ALL)})

    assert [(hit.record_type, hit.title) for hit in search(who, "华辰", limit=5)] == [
        ("other", "上海华辰")
    ]
    assert [(group.record_type, group.count) for group in search_groups(who, "华辰")] == [
        ("other", 1)
    ]
