"""One measurement: a database of one size, a server, every operation beside its bare twin."""

import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any

from bench import asks
from bench.client import WARM, Ask, Browser, Timing

ROOT = Path(__file__).resolve().parent.parent
BARE = "bench.bare_wsgi:application"


@contextmanager
def server(
    port: int,
    folder: Path,
    app: str = "bench.wsgi:application",
    environment: dict[str, str] | None = None,
) -> Any:
    """Two workers over a WSGI application, started as `shangji serve` does; yields the process."""
    environment = {**(os.environ if environment is None else environment)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    # or each start would compile our modules anew, which an installed product never does
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    module = "granian" if app == BARE else "shangji.config.web"
    began = time.perf_counter()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            module,
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
            app,
        ],
        cwd=folder,
        env=environment,
        start_new_session=True,
    )
    try:
        browser = Browser(port, "")
        while time.perf_counter() - began < 60 and process.poll() is None:
            try:
                if browser.ask("/healthz")[0] == 200:
                    break
            except (OSError, HTTPException):
                browser = Browser(port, "")
            time.sleep(0.01)
        else:
            raise RuntimeError(f"{app} gives no answer on port {port}")
        yield process, time.perf_counter() - began
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:  # granian, when a worker of it was still starting
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def memory_mb(pid: int) -> tuple[float, float]:
    """Memory of the largest process of a server and of all of them, in MB: each one's share of
    anonymous pages; the database file that SQLite maps is the system's cache and would vanish
    first."""
    shares = [0.0]
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
            if line.startswith("Pss_Anon:"):
                shares.append(int(line.split()[1]) / 1024)
    return max(shares), sum(shares)


def ready() -> None:
    """Set Django up over the database that the environment names."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    django.setup()


def prepare(size: int) -> dict[str, float]:
    """Migrate and fill the database that the environment names."""
    ready()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from bench.seed import fill

    return fill(size)


def session_of(email: str) -> tuple[str, int]:
    """A cookie of a signed-in session, and the id of that person."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from shangji.foundation.people.models import User
    from shangji.foundation.people.sessions import SessionStore

    user = User.objects.get(email=email)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "shangji.foundation.people.backends.PeopleBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}", user.pk


def rows_of(rep: int, many: int) -> tuple[list[Any], list[int], str]:
    """Open opportunities of a rep (id, version, stage), stages to move to, a name to look for."""
    from shangji.core.opportunities.models import Opportunity
    from shangji.core.opportunities.queries.pipelines import stages

    mine = list(
        Opportunity.objects.filter(owner_id=rep, status="open")
        .exclude(next_step="")
        .order_by("id")
        .values_list("pk", "version", "stage_id")[:many]
    )
    order = [one.pk for one in stages() if one.phase == "convert" and one.kind == "open"]
    return mine, order, Opportunity.objects.get(pk=mine[0][0]).name


def measure(size: int, port: int, rounds: int) -> dict[str, Any]:
    """Timings by operation; needs the database prepared in this process."""
    from django.db import connection

    from bench import imports
    from bench.weight import weigh
    from shangji.core.opportunities.models import Opportunity

    many = rounds + WARM
    cookie, rep = session_of("rep7@bench.invalid")
    mine, order, name = rows_of(rep, many)
    raw = {text: raw_search(text) for text in asks.SEARCHES.values()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM search_searchentry")
        indexed = cursor.fetchone()[0] >= size  # a seed may leave the search index out
    connection.close()
    found: dict[str, Timing] = {}
    with server(port, ROOT) as (process, _first):
        browser = Browser(port, cookie)
        browser.ask("/opportunities/")  # brings the form token
        bare_list = asks.bare_list(rep)
        found["bare JSON list"] = browser.time([bare_list] * many)

        def beside(name: str, asked: list[Ask], twin: Ask) -> None:
            """Each ask right after its bare twin, so that both meet the same machine."""
            found[name], found[f"{name}, bare"] = browser.time_beside(asked, twin)

        for label, asked in asks.reads(mine).items():
            beside(label, asked, bare_list)
        if indexed:
            for label, asked in asks.searches(many, name).items():
                found[label] = browser.time(asked)
        beside("create", asks.creates(many), ("/bare/insert/", {}))
        moves = asks.moves(mine, order)
        beside("move", moves, ("/bare/update/", {}))
        memory, server_memory = memory_mb(process.pid)
        board = weigh(browser.ask("/phases/convert/")[1])
    moved = Opportunity.objects.filter(pk__in=[int(path.split("/")[2]) for path, _data in moves])
    if (stayed := moved.filter(version=1).count()) > 0:
        raise RuntimeError(f"{stayed} of {many} moves did not happen")
    made = Opportunity.objects.filter(name__startswith="Bench ").count()
    if made != many:
        raise RuntimeError(f"{made} of {many} were created")
    connection.close()
    with server(port + 1, ROOT, BARE) as (process, _first):
        bare = Browser(port + 1, "")
        bare.time([("/page/", None)] * many)
        bare_memory, bare_server_memory = memory_mb(process.pid)
    cold, bare_cold = first_answers(port)
    return {
        "timings": found,
        "cold": cold,
        "memory": memory,
        "server_memory": server_memory,
        "bare_cold": bare_cold,
        "bare_memory": bare_memory,
        "bare_server_memory": bare_server_memory,
        "raw": raw,
        "board": vars(board),
        "imports": imports.measure(size),
    }


def first_answers(port: int, starts: int = 5) -> tuple[float, float]:
    """Medians of the seconds from start to first answer, ours and bare Django's by turns."""
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(starts):
        for app, found in zip(("bench.wsgi:application", BARE), took, strict=True):
            with server(port, ROOT, app) as (_process, seconds):
                found.append(seconds)
                time.sleep(0.5)  # the other worker is on its way
    return statistics.median(took[0]), statistics.median(took[1])


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


def fresh_folder(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
