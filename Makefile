# make run     start Shangji with its demo workspace on this machine
# make test    all tests that need no extra server
# make check   style, types, layers, migrations, translations, templates, locks
# Python 3.11 and make are enough to begin with; everything else goes into .venv.

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
# How many tests run at once: PARALLEL=0 for one process (a debugger, a small machine).
PARALLEL ?= 2

# Compiled modules are kept: without them each process of a start compiles all of ours anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help python ready ready-dev run test check e2e bench demo lock messages clean

help:
	@sed -n '1,3p' Makefile | sed 's/^# //'
	@echo 'make e2e     journeys in a browser'
	@echo 'make bench   speed at 100,000 and 1,000,000 opportunities'
	@echo 'make demo    the demo workspace anew'
	@echo 'make lock, make messages   lock files, translations anew'

python:
	@command -v $(PYTHON) >/dev/null || { echo 'shangji: no $(PYTHON): apt install python3 python3-venv' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "shangji: Python 3.11 or newer is needed, $$($(PYTHON) -V 2>&1) found: install a newer one, then make … PYTHON=python3.11" >&2; exit 1; }

ready: python
	@$(PYTHON) scripts/prepare.py run

ready-dev: python
	@$(PYTHON) scripts/prepare.py dev

run: ready
	@SHANGJI_DEMO=$${SHANGJI_DEMO:-1} SHANGJI_BASE_URL=$${SHANGJI_BASE_URL:-http://$(HOST):$(PORT)} exec $(BIN)/shangji serve --with-worker --prepare --host $(HOST) --port $(PORT)

test: ready-dev
	@$(PYTHON) scripts/prepare.py npm test --silent
	@$(PYTEST) -n $(PARALLEL) --dist worksteal $(ARGS)

check: ready-dev
	@scripts/check.sh

e2e: ready-dev
	@$(PYTEST) -m browser -n $(PARALLEL) --dist worksteal $(ARGS)

bench: ready-dev
	@$(BIN)/python -m bench $(ARGS)

demo: ready
	@SHANGJI_DEMO=$${SHANGJI_DEMO:-1} $(BIN)/shangji demo --reset

lock: ready-dev
	@scripts/lock.sh $(ARGS)

messages: ready-dev
	@$(BIN)/python scripts/messages.py update
	@$(BIN)/python scripts/messages.py compile

clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache node_modules shangji/ui/static/ui/dist
