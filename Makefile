# Two commands: `make run` and `make test`. Everything else is for people who change the portal.
# PORT=8001 chooses the port; ARGS="..." is handed to the tool; DATABASE_URL and REDIS_URL choose servers.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$p && break; done)
VENV := .venv/bin
PORT ?= 8000
export PORT

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench format messages openapi lock manage clean reset

help:  ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: python  ## everything a fresh machine needs (the other targets do it by themselves)
	@$(PYTHON) -m tools.setup

run: setup  ## the whole portal with the example city at http://localhost:8000 (PORT=8001 for another)
	@$(VENV)/python -m tools.run

test: python  ## the whole test suite, with its own servers, a real worker and a browser (ARGS="-k survey")
	@$(PYTHON) -m tools.setup --browser
	@$(VENV)/python -m pytest $(ARGS)

check: setup  ## lint, format, types, layering, templates, migrations, translations, OpenAPI, deployment settings
	@$(VENV)/python -m tools.checks $(ARGS)

bench: setup  ## the benchmarks: a table of ratios, and JSON
	@$(VENV)/python -m tools.bench $(ARGS)

format: setup  ## format and mend what can be mended by itself
	@$(VENV)/ruff check --fix --quiet . ; $(VENV)/ruff format .

messages: setup  ## collect the texts of the interface into locale/ and compile them
	@$(VENV)/python -m tools.messages update $(ARGS) && $(VENV)/python -m tools.messages compile

openapi: setup  ## write docs/openapi.yaml anew
	@$(VENV)/python -m tools.checks --write-openapi

lock: setup  ## resolve requirements*.in into the lock files (ARGS=--upgrade for newer versions)
	@$(VENV)/python -m tools.lock $(ARGS)

manage: setup  ## a Django command on the development data: make manage ARGS="export_edition --help"
	@$(VENV)/python -m tools.manage $(ARGS)

clean:  ## remove what is built or installed; the data in .local and var stays
	rm -rf .venv node_modules static/dist var/static .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find locale -name '*.mo' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

reset:  ## remove the development data: database, broker, uploads
	rm -rf .local var/media

.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: sudo apt-get install python3 python3-venv"; exit 1; }
