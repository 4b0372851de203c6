"""No test reaches beyond this machine: a connection to anywhere else fails at once."""

import socket
from typing import Any

import pytest

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost", "0.0.0.0", "::", ""})
_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex
_getaddrinfo = socket.getaddrinfo


class NetworkUsed(AssertionError):
    """A test tried to leave the machine."""


def is_local(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str("" if host is None else host)
    return name in LOOPBACK or name.startswith("127.")


def _guard(sock: socket.socket, address: Any) -> None:
    if sock.family in {socket.AF_INET, socket.AF_INET6} and not is_local(address[0]):
        raise NetworkUsed(f"connection to {address[0]}:{address[1]}")


def _guarded_connect(sock: socket.socket, address: Any) -> None:
    _guard(sock, address)
    return _connect(sock, address)


def _guarded_connect_ex(sock: socket.socket, address: Any) -> int:
    _guard(sock, address)
    return _connect_ex(sock, address)


def _guarded_getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
    if not is_local(host) and host != socket.gethostname():
        raise NetworkUsed(f"look-up of {host}")
    return _getaddrinfo(host, *rest, **named)


def pytest_configure(config: pytest.Config) -> None:
    socket.socket.connect = _guarded_connect
    socket.socket.connect_ex = _guarded_connect_ex
    socket.getaddrinfo = _guarded_getaddrinfo


def pytest_unconfigure(config: pytest.Config) -> None:
    socket.socket.connect = _connect
    socket.socket.connect_ex = _connect_ex
    socket.getaddrinfo = _getaddrinfo
