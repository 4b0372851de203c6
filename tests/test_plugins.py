"""The guard that keeps tests on this machine."""

import socket

import pytest

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
