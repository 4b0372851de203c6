"""One measurement: a database of one size, a server, every operation beside its bare twin."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.client import Browser, Timing

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def server(port: int, folder: Path) -> Any:
    """Granian with two workers over the bench's WSGI application; yields its process."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings"}
    began = time.perf_counter()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--workers",
            "2",
            "--blocking-threads",
            "4",
            "--port",
            str(port),
            "--log-level",
            "warning",
            "bench.wsgi:application",
        ],
        cwd=ROOT,
        env=environment,
        start_new_session=True,
    )
    try:
        browser = Browser(port, "")
        for _ in range(400):
            try:
                if browser.ask("/healthz")[0] == 200:
                    break
            except OSError:
                browser = Browser(port, "")
                time.sleep(0.05)
        yield process, time.perf_counter() - began
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def memory_mb(pid: int) -> float:
    """Proportional set size of the largest worker below a process, in MB."""
    found = 0.0
    children = subprocess.run(
        ["ps", "--no-headers", "-o", "pid", "--ppid", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    for child in [str(pid), *children]:
        try:
            text = Path(f"/proc/{child}/smaps_rollup").read_text()
        except OSError:
            continue
        for line in text.splitlines():
            if line.startswith("Pss:"):
                found = max(found, int(line.split()[1]) / 1024)
    return found


def prepare(size: int) -> dict[str, float]:
    """Migrate and fill the database that the environment names."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from bench.seed import fill

    return fill(size)


def session_of(email: str) -> tuple[str, int]:
    """A cookie of a signed-in session, and the id of that person."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from shangji.foundation.people.models import User

    user = User.objects.get(email=email)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}", user.pk


def measure(size: int, port: int, rounds: int) -> dict[str, Any]:
    """Timings by operation; needs the database prepared in this process."""
    from django.db import connection

    from shangji.core.opportunities.models import Opportunity
    from shangji.core.opportunities.queries.pipelines import stages

    cookie, rep = session_of("rep7@bench.invalid")
    mine = list(
        Opportunity.objects.filter(owner_id=rep, status="open").exclude(next_step="")
        .order_by("id")
        .values_list("pk", "version")[: rounds + 10]
    )
    order = [one for one in stages() if one.phase == "convert" and one.kind == "open"]
    name = Opportunity.objects.get(pk=mine[0][0]).name
    raw = {text: raw_search(text) for text in ("华辰", "hcjm", "falcon")}
    connection.close()
    many = rounds + 5
    found: dict[str, Timing] = {}
    with server(port, ROOT) as (process, cold):
        browser = Browser(port, cookie)
        browser.ask("/opportunities/")  # brings the form token
        bare_list = [(f"/bare/list/?owner={rep}", None)] * many
        found["bare JSON list"] = browser.time(bare_list)
        found["list"] = browser.time([("/opportunities/", None)] * many)
        found["list, filtered and sorted"] = browser.time(
            [("/opportunities/?f=status.is.open&f=amount.gte.100000&sort=expected_close_on", None)]
            * many
        )
        found["board"] = browser.time([("/phases/convert/", None)] * many)
        found["opportunity page"] = browser.time(
            [(f"/opportunities/{pk}/", None) for pk, _version in mine[:many]]
        )
        found["today"] = browser.time([("/", None)] * many)
        for label, text in (
            ("search, two Chinese characters", "华辰"),
            ("search, pinyin initials", "hcjm"),
            ("search, Latin", "falcon"),
        ):
            found[label] = browser.time([(f"/search/?q={_quote(text)}", None)] * many)
            found[f"{label}, type-ahead"] = browser.time(
                [(f"/search/suggest?q={_quote(text)}", None)] * many
            )
        found["search, one name"] = browser.time([(f"/search/?q={_quote(name)}", None)] * many)
        found["bare list again"] = browser.time(bare_list)
        found["bare insert"] = browser.time([("/bare/insert/", {})] * many)
        found["bare update"] = browser.time([("/bare/update/", {})] * many)
        found["create"] = browser.time(
            [
                ("/opportunities/new/", {"name": f"Bench {n}", "amount": "12000"})
                for n in range(many)
            ]
        )
        moves = []
        for n, (pk, version) in enumerate(mine[:many]):
            stage = order[n % len(order)]
            moves.append(
                (f"/opportunities/{pk}/move/", {"stage": str(stage.pk), "version": str(version)})
            )
        found["move"] = browser.time(moves)
        found["list once more"] = browser.time([("/opportunities/", None)] * many)
        memory = memory_mb(process.pid)
    return {"timings": found, "cold": cold, "memory": memory, "raw": raw}


def raw_search(text: str) -> float:
    """Median milliseconds of the bare index query: fifty entries, no rights, no records."""
    from shangji.foundation.search import rules, store

    took = []
    for _ in range(25):
        began = time.perf_counter()
        condition = rules.words_condition(text, body=False)
        assert condition is not None
        store.find(condition, 50)
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took)[len(took) // 2]


def _quote(text: str) -> str:
    from urllib.parse import quote

    return quote(text)


def fresh_folder(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
