#!/usr/bin/env bash
# Writes the lock files anew. `scripts/lock.sh --upgrade` also takes newer versions.
# No address of any package registry gets into them; tests/test_locks.py looks.
set -euo pipefail
cd "$(dirname "$0")/.."

compile() {
    .venv/bin/uv pip compile "$@" --quiet --generate-hashes --no-emit-index-url --universal \
        --python-version 3.11 --custom-compile-command "make lock"
}

compile pyproject.toml --output-file requirements.lock "$@"
compile pyproject.toml --extra dev --constraint requirements.lock \
    --output-file requirements-dev.lock "$@"
# Node for machines that have none: only the build of the front end needs it.
compile requirements-node.in --output-file requirements-node.lock "$@"
npm install --package-lock-only
