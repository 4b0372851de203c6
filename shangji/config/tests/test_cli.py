"""The `shangji` command."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from shangji import __version__
from shangji.config import cli
from shangji.config.commands import serve

ROOT = Path(__file__).resolve().parents[3]


def shangji(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SHANGJI_")}
    environment |= {"SHANGJI_DATA_DIR": str(data), "PYTHONPATH": str(ROOT)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "-m", "shangji.config.cli", *arguments],
        env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_it_lists_the_commands_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    text = capsys.readouterr().out
    for name, path in cli.command_names().items():
        assert f"  {name}" in text
        assert cli.help_of(path).endswith((".", ")"))
    assert {"serve", "worker", "migrate", "backup", "restore", "check"} <= set(cli.command_names())


@pytest.mark.parametrize("name", sorted(cli.command_names()))
def test_it_offers_help_for_each_command(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main([name, "--help"])
    assert end.value.code == 0
    assert f"usage: shangji {name}" in capsys.readouterr().out


def test_it_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"shangji {__version__}\n"


def test_it_refuses_a_command_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["fly"]) == 2
    assert "no command 'fly'" in capsys.readouterr().err


def test_it_says_that_a_port_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = shangji(tmp_path, "serve", "--port", str(port))
    assert done.returncode == 1
    assert (
        done.stderr == f"shangji: port {port} is taken: choose another, make run PORT={port + 1}\n"
    )


def test_it_says_that_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = SimpleNamespace(free=5 * 1024**2)
    monkeypatch.setattr(serve.shutil, "disk_usage", lambda folder: full)
    assert serve.disk_fault(tmp_path).startswith("disk full: 5 MB free in ")


def test_it_has_room_on_a_disk_that_has(tmp_path: Path) -> None:
    assert serve.disk_fault(tmp_path) == ""
