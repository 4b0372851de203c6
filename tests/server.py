"""The real product as processes of their own: a data folder, a free port, a browser of urllib."""

import contextlib
import http.cookiejar
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "correct horse battery"
MAIL = "dana@example.com"


def free_port() -> int:
    """A port nobody listens on, below those the system hands out: between this look and the start
    of the server no connection that goes out takes it."""
    while True:
        port = 10_000 + secrets.randbelow(20_000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


class Workspace:
    """A data folder and what is run on it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith("SHANGJI_")
            and key not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
        }
        self.environment = {
            **kept,
            "SHANGJI_DATA_DIR": str(folder),
            "SHANGJI_LANGUAGE": "en",
            "SHANGJI_WEB_WORKERS": "1",
            "PYTHONPATH": str(ROOT),
            **environment,
        }

    def command(self, *words: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run `shangji …` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "shangji.config.cli", *words],
            cwd=self.folder,
            env=self.environment,
            input=text,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def begin(self, *words: str) -> subprocess.Popen[bytes]:
        """Start `shangji …` in a process group of its own; its words go to a file."""
        with (self.folder / "log").open("ab") as log:
            return self._begin(log, words)

    def _begin(self, log: IO[bytes], words: Sequence[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "shangji.config.cli", *words],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def start_workspace(self) -> None:
        """Migrate, and make the first administrator."""
        for words, text in (
            (["migrate"], ""),
            (["user", "start", "--workspace", "Test", "--name", "Dana", MAIL], f"{PASSWORD}\n"),
        ):
            done = self.command(*words, text=text)
            assert done.returncode == 0, done.stdout + done.stderr

    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")


class Server:
    """`shangji serve` on a workspace, until it is stopped."""

    def __init__(self, workspace: Workspace, *words: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        workspace.environment["SHANGJI_BASE_URL"] = self.url
        self.workspace = workspace
        self.process = workspace.begin("serve", "--port", str(self.port), *words)

    def wait(self, seconds: float = 120) -> "Server":
        """Until it answers; stops it when it does not."""
        try:
            self._wait(seconds)
        except BaseException:
            self.stop()
            raise
        return self

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.process.poll() is None, self.workspace.log()[-3000:]
            with (
                contextlib.suppress(OSError, urllib.error.URLError),
                urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer,
            ):
                if answer.status == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(self.workspace.log()[-3000:])

    def signal(self, number: int) -> None:
        """To the whole process group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def stand_still(self) -> None:
        """Stop all of its processes where they are; they have stopped when this returns."""
        self.signal(signal.SIGSTOP)
        end = time.monotonic() + 60
        while any(state not in "TZX" for state in _states(self.process.pid)):
            assert time.monotonic() < end, "still running a minute after SIGSTOP"
            time.sleep(0.01)

    def go_on(self) -> None:
        self.signal(signal.SIGCONT)

    def stop(self) -> None:
        self.signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            self.process.wait(10)


class Browser:
    """Signed in as the administrator, without script."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.token = ""

    def get(self, path: str) -> str:
        with self.opener.open(self.url + path, timeout=60) as answer:
            text: str = answer.read().decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
        self.token = found.group(1) if found else self.token
        return text

    def sign_in(self) -> "Browser":
        self.get("/account/login/")
        self.post("/account/login/", [("login", MAIL), ("password", PASSWORD)])
        self.get("/accounts/new/")
        return self

    def post(self, path: str, fields: Sequence[tuple[str, str]]) -> str:
        """The address it led to. Raises for a refusal."""
        data = urllib.parse.urlencode([*fields, ("csrfmiddlewaretoken", self.token)]).encode()
        request = urllib.request.Request(
            self.url + path, data, headers={"Referer": self.url + path, "Origin": self.url}
        )
        with self.opener.open(request, timeout=60) as answer:
            return str(answer.geturl())

    def upload(self, path: str, name: str, content: bytes) -> str:
        edge = "----edge"
        body = (
            f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n'
            f"{self.token}\r\n--{edge}\r\nContent-Disposition: form-data; "
            f'name="file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        ).encode()
        body += content + f"\r\n--{edge}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={edge}",
            "Referer": self.url + path,
            "Origin": self.url,
        }
        request = urllib.request.Request(self.url + path, body, headers=headers)
        with self.opener.open(request, timeout=60) as answer:
            return str(answer.geturl())


def _states(group: int) -> list[str]:
    """The state of each thread of a process group, by its letter (`man 5 proc`)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/task/[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _parent, of_group, *_rest = stat.read_text().rpartition(")")[2].split()
            found += [state] if of_group == str(group) else []
    return found
