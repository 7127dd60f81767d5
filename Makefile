# Rantai Lokal. `make run` and `make test` work on an empty machine with Python 3.11 and make.
PYTHON ?= python3.11
PY := $(shell command -v $(PYTHON) 2>/dev/null || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check
PORT ?= 8000
DEMO ?= 1
export PORT DEMO

.PHONY: setup setup-dev run test bench check messages clean

setup: $(VENV)/.runtime

setup-dev: $(VENV)/.development

$(BIN)/python:
	@$(PY) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PY) -m venv $(VENV)

$(VENV)/.runtime: requirements.txt | $(BIN)/python
	@echo "Installing what the marketplace needs ..."
	@$(PIP) install --quiet --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.development: requirements-dev.txt $(VENV)/.runtime
	@echo "Installing what its tests need ..."
	@$(PIP) install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

CATALOGUES := $(wildcard marketplace/translations/*/LC_MESSAGES/messages.po)

messages: $(CATALOGUES:.po=.mo)

%.mo: %.po $(VENV)/.runtime
	@$(BIN)/pybabel --quiet compile -f -i $< -o $@

run: setup messages
	@exec $(BIN)/python -m marketplace.serve

test: setup-dev messages
	@$(BIN)/pytest -n 2 -q

bench: setup-dev
	@$(BIN)/python -m matching bench

check: setup-dev messages
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/djlint --quiet --lint marketplace/templates

clean:
	rm -rf $(VENV) instance build
