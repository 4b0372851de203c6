"""Activities in the search box: who sees none of them finds what else there is."""

import pytest

from shangji.core.activities.factories import make_activity
from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.access.grants import Grant, Role
from shangji.foundation.access.scope import Scope
from shangji.foundation.search.index import index_many
from shangji.foundation.search.queries import search_groups


@pytest.mark.django_db
def test_a_role_that_sees_no_activity_finds_the_others(alice, actor) -> None:
    index_many("opportunity", [make_opportunity(alice, name="产线看板").pk])
    index_many("activity", [make_activity(alice, subject="产线 visit").pk])
    who = actor(alice)
    who.__dict__["role"] = Role("x", "x", "x", grants={"opportunity": Grant(read=Scope.OWN)})
    assert [group.record_type for group in search_groups(who, "产线")] == ["opportunity"]


@pytest.mark.django_db
def test_a_hit_says_which_deal_it_belongs_to(alice, actor) -> None:
    deal = make_opportunity(alice, name="MES 二期")
    made = make_activity(alice, subject="发出报价", opportunity=deal)
    index_many("activity", [made.pk])
    [group] = search_groups(actor(alice), "fcbj")
    assert [(hit.title, hit.subtitle) for hit in group.hits] == [("发出报价", "MES 二期")]
