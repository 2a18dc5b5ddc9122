# The few commands of the house. `make` alone lists them.

PYTHON ?= python3
SIZE ?= small
DATABASE ?= sqlite
EXAMPLES ?= 100
KILLS ?= 200
BIN := .venv/bin
STAMP := .venv/.made
PEERS := .venv-peers/.made
UV := $(shell command -v uv 2>/dev/null)
COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

# Commands that the tests start read their modules compiled, also on a machine that forbids to keep them so.
export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL := help
.PHONY: help setup demo test fuzz torture check format lint contracts types openapi bench bench-accuracy bench-calibration bench-engine bench-graph load peers lock

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

setup: $(STAMP) ## Make .venv from the lock file, with ScholarNet in it
	@:

# With uv when it is there, with pip otherwise; made again only when the lock file or pyproject.toml changes.
$(STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make setup PYTHON=…")'
	@if [ -n "$(UV)" ]; then \
		set -e; echo "setup: uv makes .venv"; \
		[ -x $(BIN)/python ] || "$(UV)" venv --quiet --python "$(PYTHON)" .venv; \
		"$(UV)" pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.lock; \
		"$(UV)" pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .; \
	else \
		set -e; echo "setup: pip makes .venv; this takes a minute or two"; \
		[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv; \
		$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi
	@touch $(STAMP)

demo: setup ## Make a community, print its ranking and serve it on 127.0.0.1:8000
	@$(BIN)/scholarnet demo

# Two processes share the cores already; threads of theirs would wait for each other.
test: setup ## Run all tests, on SQLite and on PostgreSQL
	OPENBLAS_NUM_THREADS=1 $(BIN)/pytest

fuzz: setup ## Try to break the API at length: make fuzz EXAMPLES=100
	SCHOLARNET_FUZZ_EXAMPLES=$(EXAMPLES) $(BIN)/pytest tests/fuzz --timeout 7200

torture: setup ## Kill the server and the worker under people who write: make torture KILLS=200
	SCHOLARNET_TORTURE_KILLS=$(KILLS) OPENBLAS_NUM_THREADS=1 $(BIN)/pytest tests/torture -s -n 0

check: format lint contracts types test ## All of it: format, lint, import contracts, types, tests

format: setup
	$(BIN)/ruff format --check .

lint: setup
	$(BIN)/ruff check .

contracts: setup
	$(BIN)/lint-imports

types: setup
	$(BIN)/mypy

openapi: setup ## Write the OpenAPI document anew into tests/api/openapi.json
	$(BIN)/scholarnet openapi --out tests/api/openapi.json

bench: setup ## Measure against bare SQL and NumPy: make bench SIZE=small
	$(BIN)/python -m tests.benchmarks.run --size $(SIZE)

# Goes on where the peers' packages cannot be had: the table then says what would install them.
bench-accuracy: setup ## Measure how right the scores are, beside peers: make bench-accuracy SIZE=small
	-@$(MAKE) --no-print-directory $(PEERS)
	$(BIN)/python -m tests.benchmarks.accuracy.run --size $(SIZE)

bench-calibration: setup ## Measure whether intervals cover what they say; draws docs/calibration.svg
	$(BIN)/python -m tests.benchmarks.calibration.run --size $(SIZE) --svg docs/calibration.svg

bench-engine: setup ## Measure sweeps, fits, rank and memory beside peers: make bench-engine SIZE=full
	-@$(MAKE) --no-print-directory $(PEERS)
	$(BIN)/python -m tests.benchmarks.engine --size $(SIZE)

bench-graph: setup ## Measure PageRank beside its peers, reputations, and the graph's pages: make bench-graph SIZE=full
	-@$(MAKE) --no-print-directory $(PEERS)
	$(BIN)/python -m tests.benchmarks.graph --size $(SIZE)

load: setup ## 200 readers and 20 writers on the server, and a backup under them: make load SIZE=full DATABASE=postgresql
	$(BIN)/python -m tests.benchmarks.load.run --size $(SIZE) --database $(DATABASE)

peers: $(PEERS) ## Make .venv-peers, with crowd-kit and solidago in it (700 MB)
	@:

$(PEERS): tests/benchmarks/peers.lock
	@echo "peers: makes .venv-peers; this takes a minute or two"
	@if [ -n "$(UV)" ]; then \
		set -e; [ -x .venv-peers/bin/python ] || "$(UV)" venv --quiet --python "$(PYTHON)" .venv-peers; \
		"$(UV)" pip sync --quiet --python .venv-peers/bin/python --require-hashes $<; \
	else \
		set -e; [ -x .venv-peers/bin/python ] || $(PYTHON) -m venv .venv-peers; \
		.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<; \
	fi
	@touch $@

lock: ## Write the lock files anew from pyproject.toml (needs uv)
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) --extra dev pyproject.toml -o requirements-dev.lock
	$(COMPILE) tests/benchmarks/peers.in -o tests/benchmarks/peers.lock
