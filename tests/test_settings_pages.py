"""Settings: every page on the list opens and is marked there; every page has a line or a parent."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from shangji.foundation.access.actor import Actor
from shangji.ui.settings_nav import GROUPS, pages_for


def addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> set[str]:
    """Addresses of pages without parameters."""
    found: set[str] = set()
    for one in patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            found |= addresses(one.url_patterns, path)
        elif "<" not in path and "(" not in path:
            found.add(path)
    return found


def test_every_line_leads_to_a_page_that_is_marked_on_the_list(dana, sign_in):
    client = sign_in(dana)
    lines = pages_for(Actor(dana))
    assert {line.group for line in lines} <= set(GROUPS) and len(lines) > 8
    dead = []
    for line in lines:
        if not line.url:
            dead.append(f"{line.key}: {line.url_name} is no address")
            continue
        answer = client.get(line.url)
        if answer.status_code != 200:
            dead.append(f"{line.key}: {answer.status_code}")
        # a list of records (products) is a page of its own
        elif not line.args and (
            f'href="{line.url}" aria-current="page"' not in answer.content.decode()
        ):
            dead.append(f"{line.key} is not marked on its own page")
    assert dead == []


@pytest.mark.parametrize("who", ["alice", "mei", "vera"])
def test_nobody_is_offered_a_page_that_is_closed(request, who, dana, sign_in):
    user = request.getfixturevalue(who)
    client, offered = sign_in(user), {line.key for line in pages_for(Actor(user))}
    for line in pages_for(Actor(dana)):
        answer = client.get(line.url)
        assert answer.status_code == (200 if line.key in offered else 403), line.key


def test_every_settings_page_is_reached_from_the_list(dana, sign_in):
    client = sign_in(dana)
    reached = {line.url for line in pages_for(Actor(dana))}
    loose = []
    for path in sorted(addresses(get_resolver().url_patterns)):
        if not path.startswith("/settings/") or path == "/settings/" or path in reached:
            continue
        parent = next(
            (one for one in sorted(reached, key=len, reverse=True) if path.startswith(one)), ""
        )
        answer = client.get(path)
        if answer.status_code == 405:
            continue  # a button of the page above it
        if not parent or f'"{path}' not in client.get(parent).content.decode():
            loose.append(path)
    assert loose == []
