"""Measurements as tables, each figure beside its bar."""

from typing import Any

from bench.asks import SEARCHES

#: operation, allowed multiple of its bare twin (0: none is set)
BARS: tuple[tuple[str, float], ...] = (
    ("API list of 50, filtered and sorted", 2.5),
    ("list", 6),
    ("list, filtered and sorted", 6),
    ("opportunity page", 8),
    ("board", 10),
    ("today", 0),
    ("create", 20),
    ("move", 20),
)


def rows(one: dict[str, Any]) -> list[tuple[str, str, str, str, str]]:
    """Operation, milliseconds, bare twin, ratio or difference, bar."""
    timings = one["timings"]
    found = []
    for name, ratio in BARS:
        if name not in timings:
            continue
        mine, bare = timings[name]["median"], timings[f"{name}, bare"]["median"]
        bar = f"≤ {ratio:g} ×" if ratio else "—"
        mark = "" if not ratio else " ✔" if mine <= bare * ratio else " ✘"
        found.append((name, f"{mine:.1f}", f"{bare:.1f}", f"{mine / bare:.1f} ×{mark}", bar))
    for name, text in SEARCHES.items():
        raw = one["raw"][text]
        for label, plus in ((name, 10), (f"{name}, type-ahead", 6)):
            if label in timings:
                mine = timings[label]["median"]
                mark = "✔" if mine <= raw + plus else "✘"
                extra = f"+{mine - raw:.1f} ms {mark}"
                found.append((label, f"{mine:.1f}", f"{raw:.1f}", extra, f"+ {plus} ms"))
    return found


def table(one: dict[str, Any]) -> str:
    lines = [
        f"### {one['size']:,} opportunities, {one['database']}",
        "",
        "| operation | ms | bare ms | ratio | bar |",
        "|---|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows(one)),
        "",
        *_rest(one),
        "",
    ]
    return "\n".join(lines)


def _rest(one: dict[str, Any]) -> list[str]:
    """Import, memory, start and weight, each beside its bar."""
    imports, board = one["imports"], one["board"]
    share = imports["import"] / imports["bare"]
    memory, cold = one["memory"] / one["bare_memory"], one["cold"] / one["bare_cold"]
    server = one["server_memory"] / one["bare_server_memory"]
    kib = 1024
    return [
        "| what | figure | bar |",
        "|---|---|---|",
        f"| import of 10,000 rows | {imports['import']:,.0f} rows/s, bare {imports['bare']:,.0f}: "
        f"{share * 100:.1f} % {_mark(share >= 0.1)} | ≥ 10 % |",
        f"| largest web process after load | {one['memory']:.0f} MB, bare Django "
        f"{one['bare_memory']:.0f}: {memory:.2f} × {_mark(memory <= 1.8)} | ≤ 1.8 × |",
        f"| server of two workers after load, whole | {one['server_memory']:.0f} MB, bare Django "
        f"{one['bare_server_memory']:.0f}: {server:.2f} × {_mark(server <= 1.8)} | ≤ 1.8 × |",
        f"| first answer after start | {one['cold']:.2f} s, bare Django {one['bare_cold']:.2f}: "
        f"{cold:.2f} × {_mark(cold <= 3)} | ≤ 3 × |",
        f"| board, empty cache, gzipped | {board['first'] / kib:.0f} KiB in "
        f"{board['first_requests']} requests "
        f"{_mark(board['first'] <= 200 * kib and board['first_requests'] <= 12)} | "
        f"≤ 200 KiB, 12 |",
        f"| board, second visit, gzipped | {board['again'] / kib:.0f} KiB in "
        f"{board['again_requests']} requests {_mark(board['again'] <= 30 * kib)} | ≤ 30 KiB, 5 |",
        f"| board, plain HTML | {board['plain'] / kib:.0f} KiB | |",
    ]


def _mark(is_met: bool) -> str:
    return "✔" if is_met else "✘"


def page(found: list[dict[str, Any]], growth: list[dict[str, Any]], machine: dict[str, str]) -> str:
    facts = (
        f"Measured {machine['when']} by `make bench` on {machine['cores']} cores, "
        f"{machine['memory']}, Python {machine['python']}, {machine['system']}. Medians over "
        "HTTP of one client signed in as a rep who owns 1 % of the rows, rights and audit on, "
        "granian with 2 workers; bare views answer from the same server, by turns with the "
        "operation. Memory is each process's own (anonymous) share."
    )
    tables = [*(table(one) for one in found), *(_growth(one) for one in growth)]
    return "\n".join(["# Results", "", facts, "", *tables])


def _growth(one: dict[str, Any]) -> str:
    """Each operation at the largest size as a multiple of itself at the smallest."""
    small, large = one["sizes"]
    lines = [
        f"### Growth, {small:,} to {large:,}, {one['database']} (bar ≤ 1.5 ×)",
        "",
        "Both databases asked by turns, each by a server of its own.",
        "",
        f"| operation | ms at {small:,} | ms at {large:,} | times |",
        "|---|---|---|---|",
    ]
    for name, (before, after) in one["figures"].items():
        times = after / before
        lines.append(f"| {name} | {before:.1f} | {after:.1f} | {times:.2f} {_mark(times <= 1.5)} |")
    return "\n".join([*lines, ""])
