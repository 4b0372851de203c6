"""What the plugins of these tests do: no way to elsewhere, what is pure, what comes first."""

import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.plugins import pure, slow_first
from tests.plugins.no_network import NetworkUsed


def test_it_refuses_a_connection_to_another_machine() -> None:
    with socket.socket() as outside, pytest.raises(NetworkUsed):
        outside.connect(("192.0.2.1", 80))


def test_it_refuses_to_look_up_a_name() -> None:
    with pytest.raises(NetworkUsed):
        socket.getaddrinfo("example.org", 80)


def test_it_lets_a_test_talk_to_itself() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()


@pytest.mark.parametrize(
    ("fixtures", "mark", "asks"),
    [
        (("now",), "", False),
        (("alice", "db"), "", True),
        (("transactional_db",), "", True),
        ((), "django_db", True),
        ((), "postgres", True),  # asks in a process of its own
    ],
)
def test_it_calls_pure_what_cannot_ask_a_database(
    fixtures: tuple[str, ...], mark: str, asks: bool
) -> None:
    item = SimpleNamespace(
        obj=lambda: None,
        fixturenames=fixtures,
        get_closest_marker=lambda name: name == mark,
    )
    assert pure.may_ask(item) is asks
    item.obj = lambda request: request  # takes its fixtures as it runs
    assert pure.may_ask(item)


def test_it_begins_with_slow_files_in_every_process() -> None:
    a, b, c = Path("a"), Path("b"), Path("c")
    files = [a, a, None, None, None, None, b, None, c, None]
    items = list(range(10))
    # two runs of five: a and c begin the first, b the second
    assert slow_first.dealt(items, files, 2) == [0, 1, 8, 2, 3, 6, 4, 5, 7, 9]
    assert slow_first.dealt(items, files, 1) == items
    assert sorted(slow_first.dealt(items, files, 4)) == items
