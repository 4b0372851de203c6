"""Web and worker as one: they end together, and a worker that dies comes back."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import sys
from shangji.config.supervisor import Child, Supervisor
python, folder = sys.executable, sys.argv[1]
web = Child("web", [python, "-c", sys.argv[2], folder])
worker = Child("worker", [python, "-c", sys.argv[3], folder], restarts=True)
sys.exit(Supervisor([web, worker]).run())
"""
LIVES = """
import os, pathlib, sys, time
with open(pathlib.Path(sys.argv[1]) / "lives", "a") as f: f.write(f"{os.getpid()}\\n")
time.sleep(300)
"""
DIES = """
import os, pathlib, sys
with open(pathlib.Path(sys.argv[1]) / "dies", "a") as f: f.write(f"{os.getpid()}\\n")
sys.exit(3)
"""


def start(folder: Path, web: str, worker: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder), web, worker],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


def pids(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def wait_for(path: Path, count: int) -> list[int]:
    end = time.monotonic() + 60
    while len(pids(path)) < count:
        assert time.monotonic() < end, f"{path.name}: {pids(path)}"
        time.sleep(0.05)
    return pids(path)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1][:3]


def gone(pid: int) -> bool:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if not is_alive(pid):
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def test_it_stops_all_when_asked(tmp_path: Path) -> None:
    with start(tmp_path, LIVES, LIVES) as whole:
        children = wait_for(tmp_path / "lives", 2)
        # Ctrl-C is heard by the supervisor alone: granian's workers hang when they hear it too
        assert all(os.getpgid(pid) == pid for pid in children)
        os.killpg(whole.pid, signal.SIGINT)
        assert whole.wait(timeout=60) == 0
    assert all(gone(pid) for pid in children)


def test_it_ends_when_the_web_server_ends(tmp_path: Path) -> None:
    with start(tmp_path, DIES, LIVES) as whole:
        assert whole.wait(timeout=60) == 3
        assert whole.stderr is not None
        assert "web ended with status 3" in whole.stderr.read()
    assert all(gone(pid) for pid in pids(tmp_path / "lives"))


def test_it_starts_a_dead_worker_again(tmp_path: Path) -> None:
    with start(tmp_path, LIVES, DIES) as whole:
        assert len(set(wait_for(tmp_path / "dies", 2))) == 2
        assert whole.poll() is None
        whole.send_signal(signal.SIGINT)
        assert whole.wait(timeout=60) == 0


def test_it_leaves_nobody_behind_when_killed(tmp_path: Path) -> None:
    with start(tmp_path, LIVES, LIVES) as whole:
        children = wait_for(tmp_path / "lives", 2)
        whole.kill()
        whole.wait(timeout=60)
    assert all(gone(pid) for pid in children)
