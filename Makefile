# Every recipe stands on the project-local virtual environment, which `setup` makes: nothing is installed globally.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export UV_PYTHON_DOWNLOADS := never
export PYTHONUNBUFFERED := 1

# uv comes from its wheel, at the version the lock names.
UV_VERSION := $(shell sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements.lock)

PURE_TESTS := -m "not integration and not acceptance and not faults and not load"
SERVER_TESTS := -m "(integration or acceptance) and not faults and not load"

.PHONY: help setup doctor demo up down reset test test-fast check fix migrate bench soak lock events

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.lock requirements.own
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { rm -rf $(VENV); $(PYTHON) -m venv $(VENV); }
	@$(BIN)/python -m uv --version 2>/dev/null | grep -q "uv $(UV_VERSION)" || $(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@$(BIN)/python -m uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/python -m uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -r requirements.own
	@touch $@

setup: $(READY) ## make the virtual environment and install everything into it

doctor: setup ## say what is missing on this machine, and the way out
	$(BIN)/pledgeboard doctor

demo: setup ## start everything real and run the main story; leaves the system running
	$(BIN)/python -m demo

up: setup ## start the stack in the foreground; keeps its data
	$(BIN)/python -m local_stack up

down: setup ## stop a stack that runs in the background
	$(BIN)/python -m local_stack down

reset: setup ## forget all local data and start anew
	$(BIN)/python -m local_stack reset

test-fast: setup ## unit, component, contract and architecture tests: no servers, under a minute
	$(BIN)/python -m pytest -q -n 2 --dist loadfile $(PURE_TESTS)

test: setup ## everything but soaks and benchmarks, on real servers
	$(BIN)/python -m pytest -q -n 2 --dist loadfile $(PURE_TESTS)
	$(BIN)/python -m pytest -q $(SERVER_TESTS)
	$(BIN)/python -m pytest -q -m "faults and not load"

check: setup ## what has to be green before anything else is looked at
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n 2 --dist loadfile tests/architecture tests/contracts

fix: setup ## format, mend what can be mended, write the generated files again
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(MAKE) events

events: setup ## write docs/events.md, schemas and golden examples from the registry, the typed client from the interface
	$(BIN)/python -m events.publish
	$(BIN)/python clients/python/generate.py

migrate: setup ## bring every service's schema up to date (the stack must run)
	$(BIN)/python -m local_stack migrate

bench: setup ## the benchmarks of tests/load: ratios against a baseline in the same run
	$(BIN)/python tests/load/bench_decode.py
	$(BIN)/python -m pytest -q -s -m load tests/load/bench_intake.py tests/load/bench_cached_read.py tests/load/bench_fan_out.py

soak: setup ## ten minutes of load with kills at random (SOAK_SECONDS, SOAK_SEED)
	$(BIN)/python -m pytest -q -s -m soak tests/faults/soak.py

lock: setup ## resolve requirements.in anew (names, versions, hashes; no address)
	$(BIN)/python -m uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
		--custom-compile-command "make lock" requirements.in -o requirements.lock
