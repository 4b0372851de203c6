"""Start the web server; with --with-worker the worker too.

Stops with Ctrl-C or SIGTERM, all of it. On several hosts run `shangji serve` and `shangji worker`
apart, behind a proxy of your own.
"""

import argparse
import errno
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from shangji.config import env
from shangji.config.cli import command_names
from shangji.config.supervisor import Child, Supervisor

# Threads of one web process that run Django; each holds one database connection at most.
THREADS = 4
ROOM_TO_RUN = 100 * 1024 * 1024  # bytes
PYTHON = sys.executable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on")
    parser.add_argument("--with-worker", action="store_true", help="run the worker beside it")
    parser.add_argument(
        "--prepare",
        action="store_true",
        help="migrate first, and load the demo workspace once when SHANGJI_DEMO is set",
    )


def run(options: argparse.Namespace) -> int:
    fault = port_fault(options.host, options.port) or disk_fault(env.data_dir())
    if fault:
        print(f"shangji: {fault}", file=sys.stderr)
        return 1
    steps = [["migrate"]] if options.prepare else [["static"]]
    if options.prepare and env.flag("SHANGJI_DEMO") and "demo" in command_names():
        steps.append(["demo", "--once"])
    for step in steps:
        # A process of its own: what preparing loads does not stay in the supervisor's memory.
        status = subprocess.run([PYTHON, "-m", "shangji.config.cli", *step], check=False)  # noqa: S603
        if status.returncode:
            return status.returncode
    children = [Child("web", web_command(options.host, options.port))]
    if options.with_worker:
        children.append(Child("worker", [PYTHON, "-m", "shangji.config.cli", "worker"], True))
    shown = f"[{options.host}]" if ":" in options.host else options.host
    greeting = f"shangji: open http://{shown}:{options.port}/  (Ctrl-C stops it)"
    return Supervisor(children, (options.host, options.port), greeting).run()


def web_command(host: str, port: int) -> list[str]:
    """Granian over the WSGI application; WhiteNoise inside it serves /static compressed."""
    return [
        *(PYTHON, "-m", "shangji.config.web"),
        *("--interface", "wsgi"),
        *("--host", host),
        *("--port", str(port)),
        *("--workers", str(env.number("SHANGJI_WEB_WORKERS"))),
        *("--blocking-threads", str(THREADS)),
        "--respawn-failed-workers",
        *("--log-level", "warning"),
        "shangji.config.wsgi:application",
    ]


def port_fault(host: str, port: int) -> str:
    """Why nobody can listen there, in one line; empty when it is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"port {port} is taken: choose another, make run PORT={port + 1}"
            if error.errno == errno.EACCES:
                return f"port {port} needs root: choose one above 1023, make run PORT=8000"
            return f"cannot listen on {host}:{port}: {error.strerror}"
    return ""


def disk_fault(folder: Path) -> str:
    free = shutil.disk_usage(folder).free
    if free < ROOM_TO_RUN:
        return f"disk full: {free // 1024**2} MB free in {folder}, 100 MB needed to start"
    return ""
