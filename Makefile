# make run and make test need nothing set up before: they find a Python (>= 3.12) and make .venv themselves.
# Works with GNU make 3.81 and later. What can be passed on: ARGS, PYTEST_ARGS, BENCH_ARGS, LOCK_ARGS, PYTHON.

SCENARIO ?= configs/scenarios/history.yaml
BIN := .venv/bin
STAMP := .venv/.ready

# .venv is made again when it belongs to another folder (a moved checkout) or when its Python is gone.
ifneq ($(shell $(BIN)/python -c '' 2>/dev/null && cat $(STAMP) 2>/dev/null),$(CURDIR))
STALE := stale
endif

.DEFAULT_GOAL := help
.PHONY: help set-up run app test full check format screenshots docs bench golden lock clean stale

help: ## this list
	@echo "reabm: make TARGET [ARGS='...']"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1 @ \2/p' Makefile | awk -F' @ ' '{ printf "%-14s %s\n", $$1, $$2 }'

set-up: $(STAMP) ## make .venv with the tested packages (the other targets do it when needed)

$(STAMP): pyproject.toml requirements/constraints.txt scripts/set-up $(STALE)
	@scripts/set-up .venv

run: $(STAMP) ## run the history scenario, e.g. make run ARGS='--seed 1 --set export_quota.scale=0.8'
	@$(BIN)/reabm run $(SCENARIO) $(ARGS)

app: $(STAMP) ## open the page in the browser, e.g. make app ARGS='--port 0 --no-open'
	@$(BIN)/reabm app --open $(ARGS)

test: $(STAMP) ## run the tests, e.g. make test PYTEST_ARGS='-n auto -k quota'
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

full: $(STAMP) ## run the long tests, before a release
	@$(BIN)/python -m pytest -m full $(PYTEST_ARGS)

check: $(STAMP) ## lint, format, types and import contracts
	@echo "check: ruff"; $(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@echo "check: mypy"; $(BIN)/mypy
	@echo "check: import contracts"; $(BIN)/lint-imports --no-logo

format: $(STAMP) ## let ruff format the code and mend what it can
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

screenshots: $(STAMP) ## pictures of every tab of the page into runs/screenshots
	@$(BIN)/python -m tests.app.screenshots $(ARGS)

docs: $(STAMP) ## renew the tables in the documents that are made from the code
	@$(BIN)/python -m reabm.report.document docs/*.md

bench: $(STAMP) ## time the model beside its bars, e.g. make bench BENCH_ARGS=--quick
	@$(BIN)/python -m tests.bench.bench $(BENCH_ARGS)

golden: $(STAMP) ## renew the golden runs after a change of results that was meant (say it in CHANGELOG)
	@$(BIN)/python -m tests.golden.renew

lock: $(STAMP) ## renew requirements/constraints.txt, e.g. make lock LOCK_ARGS=--upgrade
	@PATH="$(CURDIR)/$(BIN):$$PATH"; \
	uv --version >/dev/null 2>&1 || $(BIN)/python -m pip install -qq --disable-pip-version-check uv || exit 2; \
	UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile pyproject.toml --extra dev --extra app --extra calibrate --quiet \
		--python $(BIN)/python --universal --python-version 3.12 --generate-hashes \
		--no-emit-index-url --no-emit-find-links $(LOCK_ARGS) --output-file requirements/constraints.txt
	@! grep -n '://' requirements/constraints.txt || { echo "lock: requirements/constraints.txt holds an address" >&2; exit 2; }
	@echo "lock: $$(grep -c '==' requirements/constraints.txt) packages pinned in requirements/constraints.txt"

clean: ## remove .venv, caches and build leftovers; runs stay
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist
	@find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
