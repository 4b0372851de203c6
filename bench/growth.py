"""How much longer the larger database takes: both are asked by turns, within the same minutes.

The machine's speed goes up and down by half between two runs that lie ten minutes apart; what is
asked of two servers by turns meets the same machine.
"""

import json
import subprocess
import sys
from contextlib import ExitStack
from statistics import median
from typing import Any

from bench import asks, run
from bench.client import WARM, Ask, Browser


def figures(
    environments: list[dict[str, str]], port: int, rounds: int
) -> dict[str, tuple[float, float]]:
    """Milliseconds by operation in the smaller and the larger database.

    Args:
        environments: of the two prepared databases.
    """
    with ExitStack() as stack:
        given, browsers = [], []
        for place, environment in enumerate(environments):
            given.append(_reader(environment, rounds + WARM))
            stack.enter_context(run.server(port + place, run.ROOT, environment=environment))
            browsers.append(Browser(port + place, given[-1]["cookie"]))
            browsers[-1].ask("/opportunities/")  # brings the form token
        many = min(len(one["mine"]) for one in given)
        by_size = [_asks(one, many) for one in given]
        found = {}
        for name in by_size[0]:
            took: tuple[list[float], list[float]] = ([], [])
            for pair in zip(*(one[name] for one in by_size), strict=True):
                for browser, ask, times in zip(browsers, pair, took, strict=True):
                    times.append(browser.once(ask)[0])
            found[name] = (median(took[0][WARM:]), median(took[1][WARM:]))
    return found


def _asks(reader: dict[str, Any], many: int) -> dict[str, list[Ask]]:
    mine = reader["mine"][:many]
    return {
        **asks.reads(mine),
        **asks.searches(many, reader["name"]),
        "create": asks.creates(many),
        "move": asks.moves(mine, reader["stages"]),
    }


def _reader(environment: dict[str, str], many: int) -> dict[str, Any]:
    answer = subprocess.run(
        [sys.executable, "-m", "bench", "--reader", str(many)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return found


def reader(many: int) -> dict[str, Any]:
    """A rep's session, open opportunities (id, version, stage) and stages to move to."""
    cookie, rep = run.session_of("rep7@bench.invalid")
    mine, stages, name = run.rows_of(rep, many)
    return {"cookie": cookie, "mine": mine, "stages": stages, "name": name}
