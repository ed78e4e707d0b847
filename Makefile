# Muster. `make help` lists the commands; README.md says what they are for.
.DEFAULT_GOAL := help
.PHONY: help setup run test check bench chaos lock

BIN := .venv/bin
# Two workers: each starts its own PostgreSQL databases and NATS server.
WORKERS ?= 2
RUNTIME := .venv/.muster-runtime
DEV := .venv/.muster-dev

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(RUNTIME) ## prepare .venv with all that Muster needs to run

run: $(RUNTIME) ## start a demo school (MUSTER_DATA=folder, MUSTER_PORT=8080)
	@exec $(BIN)/muster up --demo

test: $(DEV) ## set up and pass every test (ARGS=... goes to pytest)
	@deploy/setup/browser.sh
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

check: $(DEV) ## style, types, imports, migrations, published schemas
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@deploy/setup/migrations.sh
	$(BIN)/python -m schemas.publish --check

bench: $(DEV) ## measure speed beside the limit (SMOKE=1: a slice of 3 minutes)
	@$(BIN)/python -m tests.bench

chaos: $(DEV) ## kill parts while marks arrive (SMOKE=1: a slice of 3 minutes)
	@$(BIN)/python -m tests.chaos

lock: $(DEV) ## write the locks again after a change in pyproject.toml
	@deploy/setup/lock.sh

$(RUNTIME): deploy/locks/runtime.lock pyproject.toml
	@deploy/setup/environment.sh runtime

$(DEV): deploy/locks/dev.lock pyproject.toml
	@deploy/setup/environment.sh dev
