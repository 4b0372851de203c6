"""Measurements as tables, each figure beside its bar."""

from typing import Any

#: operation, bare twin, allowed ratio, allowed milliseconds on top
BARS: tuple[tuple[str, str, float, float], ...] = (
    ("list", "bare JSON list", 6, 0),
    ("list, filtered and sorted", "bare JSON list", 6, 0),
    ("opportunity page", "bare JSON list", 8, 0),
    ("board", "bare JSON list", 10, 0),
    ("today", "bare JSON list", 0, 0),
    ("create", "bare insert", 20, 0),
    ("move", "bare update", 20, 0),
)
SEARCHES = (
    ("search, two Chinese characters", "华辰"),
    ("search, pinyin initials", "hcjm"),
    ("search, Latin", "falcon"),
)


def rows(one: dict[str, Any]) -> list[tuple[str, str, str, str, str]]:
    """Operation, milliseconds, bare twin, ratio or difference, bar."""
    timings = one["timings"]
    found = []
    for name, twin, ratio, _plus in BARS:
        if name not in timings:
            continue
        mine, bare = timings[name]["median"], timings[twin]["median"]
        bar = f"≤ {ratio:g} ×" if ratio else "—"
        mark = "" if not ratio else " ✔" if mine <= bare * ratio else " ✘"
        found.append((name, f"{mine:.1f}", f"{bare:.1f}", f"{mine / bare:.1f} ×{mark}", bar))
    for name, text in SEARCHES:
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
        f"Largest web process after load {one['memory']:.0f} MB (proportional share); "
        f"first answer {one['cold']:.2f} s after start.",
        "",
    ]
    return "\n".join(lines)


def page(found: list[dict[str, Any]], machine: dict[str, str]) -> str:
    facts = (
        f"Measured {machine['when']} by `make bench` on {machine['cores']} cores, "
        f"{machine['memory']}, Python {machine['python']}, {machine['system']}. Medians over "
        "HTTP of one client signed in as a rep who owns 1 % of the rows, rights and audit on, "
        "granian with 2 workers; bare views answer from the same server in the same run."
    )
    growth = _growth(found)
    return "\n".join(["# Results", "", facts, "", *(table(one) for one in found), growth])


def _growth(found: list[dict[str, Any]]) -> str:
    """Each operation at the largest size as a multiple of itself at the smallest."""
    lines: list[str] = []
    for database in dict.fromkeys(one["database"] for one in found):
        mine = sorted(
            (one for one in found if one["database"] == database), key=lambda one: one["size"]
        )
        if len(mine) < 2:
            continue
        small, large = mine[0], mine[-1]
        lines += [
            f"### Growth, {small['size']:,} to {large['size']:,}, {database} (bar ≤ 1.5 ×)",
            "",
            "| operation | times |",
            "|---|---|",
        ]
        for name, timing in small["timings"].items():
            if name in large["timings"]:
                times = large["timings"][name]["median"] / timing["median"]
                lines.append(f"| {name} | {times:.2f} {'✔' if times <= 1.5 else '✘'} |")
        lines.append("")
    return "\n".join(lines)
