# `make run` shows feedbot at work; `make test` proves it. Both set up what they need in .venv first.
# The lock files name everything, so nothing is resolved anew (--no-deps): a release of tomorrow changes nothing here.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check bench bench-health lock schema clean

run: .venv/ready
	@$(BIN)/feedbot demo $(ARGS)

test: .venv/tools
	$(BIN)/pytest $(ARGS)

check: .venv/tools
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/pip check

bench: .venv/tools
	$(BIN)/python bench/run.py $(or $(ARGS),--small)

bench-health: .venv/tools
	$(BIN)/python bench/health.py $(ARGS)

lock: .venv/bin/python
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate -c requirements.lock --group dev -o requirements-dev.lock pyproject.toml

schema: .venv/ready
	$(BIN)/feedbot config schema > config/feedbot.schema.json

clean:
	rm -rf .venv dist var/demo .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/ready: .venv/bin/python requirements.lock pyproject.toml
	@echo "Setting up .venv (once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --use-pep517 --no-deps --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

.venv/tools: .venv/ready requirements-dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --use-pep517 --no-deps --require-hashes -r requirements-dev.lock
	@touch $@
