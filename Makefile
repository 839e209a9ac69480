# The steps of this file also stand in the README as plain commands.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8501
export OMP_NUM_THREADS := 1
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help run sample test test-quick lint bench pictures clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.venv/installed: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt requirements-engines.txt .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: .venv/installed  ## make the sample book if there is none, then open the app on this machine
	$(BIN)/python -m jiebei_dash sample --if-missing
	$(BIN)/python -m jiebei_dash.ui $(PORT)

sample: .venv/installed  ## make the sample book afresh and train its models
	$(BIN)/python -m jiebei_dash sample

test: .venv/installed-dev  ## everything, browser walks and server engines included; installs Chromium, a CJK font and Java where missing
	sh tests/browser/install.sh
	sh tests/engines/install.sh
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-quick: .venv/installed-dev  ## some four minutes: no browser, no sample book, no Spark
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not browser and not slow"

lint: .venv/installed-dev  ## format, style, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: .venv/installed-dev  ## sizes, medians and ratios of pages and questions; prints, never fails on time
	$(BIN)/python -m tests.bench

pictures: .venv/installed-dev  ## every page at 1440x900, both languages, light and dark, into build/pictures
	sh tests/browser/install.sh
	$(BIN)/python -m tests.browser.pictures

clean:  ## remove what was made; the log in data/desk.sqlite stays
	rm -rf .venv build data/*.duckdb* data/*.truth data/marts data/models
