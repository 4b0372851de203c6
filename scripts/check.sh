#!/usr/bin/env bash
# Everything that can be said about the code without running its tests. All of it runs, so that
# one call shows all faults; the end is failure when any part failed.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=()

# A database of its own: nothing here touches a person's data folder.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export SHANGJI_DATA_DIR="$scratch" DJANGO_SETTINGS_MODULE=shangji.config.settings
unset DATABASE_URL

part() {
    local name=$1 began=$SECONDS
    shift
    if "$@" >"$scratch/out" 2>&1; then
        printf 'ok      %-14s %3ss  %s\n' "$name" $((SECONDS - began)) "$(tail -1 "$scratch/out")"
    else
        printf 'FAILED  %-14s %3ss\n' "$name" $((SECONDS - began))
        cat "$scratch/out"
        failed+=("$name")
    fi
}

strict() {
    # The strict part of the code: pure helpers, and what carries the rules of the business.
    git ls-files --cached --others --exclude-standard -- 'shangji/lib/*.py' 'shangji/**/rules.py' \
        'shangji/**/queries.py' 'shangji/**/actions.py' 'shangji/**/rules/*.py' \
        'shangji/**/queries/*.py' 'shangji/**/actions/*.py' | grep -v '/tests/' | sort -u
}

types() {
    mapfile -t files < <(strict)
    "$bin/mypy" "${files[@]}"
}

part "ruff check" "$bin/ruff" check --quiet .
part "ruff format" "$bin/ruff" format --check --quiet .
part "mypy strict" types
part "layers" "$bin/lint-imports" --no-logo
part "django" "$bin/python" -m django check
part "types, front end" .venv/bin/python scripts/prepare.py npm run --silent check
part "house" "$bin/python" -m pytest -q tests/test_architecture.py tests/test_locks.py \
    tests/test_migrations.py tests/test_translations.py tests/test_templates_compile.py

if [ ${#failed[@]} -gt 0 ]; then
    printf '\nfailed: %s\n' "${failed[*]}"
    exit 1
fi
