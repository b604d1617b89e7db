# Two commands are enough: `make demo` and `make test`. Both build .venv when it is missing or pyproject.toml has changed.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check bench accept wheel clean

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  make %-8s %s\n", $$1, $$2 }'

demo: .venv/.runs ## install, ask the shipped DMP policy real questions, audit a small hospital
	@bash docs/demo.sh

test: check ## everything CI runs: lint, format, types, tests, doctests, coverage, mutants of the shipped policy
	$(BIN)/python -m pytest --cov --cov-report=term
	$(BIN)/habilitation mutate --lang en

check: .venv/.tests ## lint, format and types only
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# Without the addopts of the tests: benchmarks are not read for doctests.
bench: .venv/.tests ## measure: speed claims name one of these files
	@mkdir -p .benchmarks
	$(BIN)/python -m pytest benchmarks --override-ini=addopts=--import-mode=importlib --benchmark-only \
	  --benchmark-columns=min,median,stddev,ops,rounds --benchmark-sort=name --benchmark-json=.benchmarks/last.json
	$(BIN)/python benchmarks/report.py .benchmarks/last.json
	$(BIN)/python -m benchmarks.bench_audit
	$(BIN)/python -m benchmarks.bench_replay

accept: .venv/.tests ## rewrite the expected outputs of tests/diagnostics; read the diff before committing
	HABILITATION_ACCEPT=1 $(BIN)/python -m pytest tests/test_diagnostics.py
	@git --no-pager diff --stat -- tests/diagnostics

wheel: .venv/.tests ## build the sdist, then the wheel from that sdist, into dist/
	rm -rf dist
	$(BIN)/python -m build

clean: ## remove what the other commands made, .venv included
	rm -rf .venv dist build .coverage htmlcov .benchmarks .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find habilitation tests benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# Stamps: what they stand for is installed, for this pyproject.toml.
.venv/.runs: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("habilitation needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv .venv
	$(PIP) install --editable '.[all]'
	@touch $@

.venv/.tests: .venv/.runs
	$(PIP) install --editable '.[dev]'
	@touch $@
