# Everything runs from .venv, made by `make setup`; each target brings what it needs up to date first.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.NOTPARALLEL:

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
# The interpreter that makes .venv: 3.11 where there is one, else any newer python3.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
# Test processes side by side; `make test WORKERS=8` on a bigger machine.
WORKERS ?= 2
PYTEST = $(BIN)/python -m pytest

.PHONY: help setup system ui demo test lint types bench torture lock licences format clean

help: ## Show the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(STAMPS)/installed ui ## Install everything into .venv (needs Python 3.11+ and, for robots, Chromium)

system:
	@PYTHON="$(PYTHON)" tools/system-packages

$(STAMPS)/venv: | system
	@echo "Creating $(VENV)…"
	@"$(PYTHON)" -m venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/locked: requirements.lock $(STAMPS)/venv
	@echo "Installing the locked packages (a few minutes the first time)…"
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(STAMPS)/installed: pyproject.toml hatch_build.py $(STAMPS)/locked
	@echo "Installing Relais and building its browser part…"
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

ui: $(STAMPS)/locked ## Build ui/dist when its sources changed
	@$(BIN)/python hatch_build.py

demo: setup ## Start the product with accounts, samples and stub servers; stop with Ctrl-C
	@exec $(BIN)/relais demo

test: setup lint ## Everything that must be green
	@$(PYTEST) -n $(WORKERS) --dist loadgroup -m "not bench and not torture"

lint: $(STAMPS)/installed ## Style, types and architecture
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(STAMPS)/installed ## Rewrite the code in the project's style
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: setup ## Measure the engine against the reference
	@$(BIN)/python -m tests.bench engine
	@$(BIN)/python -m tests.bench feel
	@$(BIN)/python -m tests.bench dmn

torture: setup ## The tests that run for minutes
	@$(PYTEST) -m torture --timeout 3600 tests

licences: $(STAMPS)/installed ## Rewrite ui/licences.json from ui/node_modules
	@$(BIN)/python -m tools.npm_licences

lock: ## Rewrite requirements.lock from pyproject.toml (needs uv)
	@tools/lock

clean: ## Remove what was built and installed, and keep the data in .relais
	rm -rf $(VENV) build dist ui/dist ui/node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
