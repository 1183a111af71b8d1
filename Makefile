# `make` alone says what there is. `make run` and `make test` need nothing done before them.
# ARGS reaches the program behind a target: make test ARGS="-k receipt", make run ARGS="--lang en".

VENV    := .venv
PYTHON3 := python3
ARGS    :=

ifeq ($(OS),Windows_NT)
BIN    := $(VENV)/Scripts
SYSTEM := Windows
else
BIN    := $(VENV)/bin
SYSTEM := $(shell uname -s)
endif
PYTHON := $(BIN)/python

# What Debian and Ubuntu may lack: for any Qt at all, for a real screen, and for bundling.
QT_LIBRARIES     := libgl1 libegl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon0
SCREEN_LIBRARIES := libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 \
  libxcb-render-util0 libxcb-shape0 libxcb-sync1 libxcb-xfixes0 libxcb-xkb1 libx11-xcb1 libxkbcommon-x11-0
BUNDLING_TOOLS   := binutils

# A stamp is newer than all it was made from, so a second call starts at once.
SYSTEM_STAMP   := $(VENV)/.system
PACKAGES_STAMP := $(VENV)/.packages
PROJECT_STAMP  := $(VENV)/.project
CATALOGS_STAMP := $(VENV)/.catalogs
BUNDLING_STAMP := $(VENV)/.bundling

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench trial bundle lock clean

help: ## say what each target does
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1: \2/p' $(MAKEFILE_LIST)

setup: $(CATALOGS_STAMP) ## system libraries, virtual environment, pinned packages and catalogs, where missing
	@:

run: setup ## open ServiceHall; without a screen, do its main job and leave papers and pictures in tour/
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ $(SYSTEM) != Linux ]; then \
	  echo "run: opening ServiceHall"; \
	  $(BIN)/servicehall $(ARGS); \
	else \
	  echo "run: no screen here, so the main job runs without one; papers and pictures go to tour/"; \
	  QT_QPA_PLATFORM=offscreen $(BIN)/servicehall tour --out tour/ $(ARGS); \
	fi

test: setup ## run every test on SQLite and on a real PostgreSQL of its own
	@echo "test: every test, on SQLite and on a PostgreSQL that the tests start themselves"
	@$(BIN)/pytest tests --ignore=tests/benchmarks -q -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

check: setup ## style, types, import contracts, complete catalogs, schema equal to migrations
	@echo "check: style, types, import contracts, catalogs, schema"
	@$(BIN)/ruff check --output-format concise .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/pytest -q tests/house/test_catalogs.py tests/house/test_schema.py

bench: setup ## measure how fast the main jobs are
	@$(BIN)/pytest -q -s tests/benchmarks $(ARGS)

trial: setup ## the slow tests: large sizes and real kills
	@$(BIN)/pytest tests -m trial $(ARGS)

bundle: setup $(BUNDLING_STAMP) ## make dist/servicehall, which needs no Python, and prove it by its main job
	@$(BIN)/pyinstaller --noconfirm --log-level WARN --distpath dist --workpath build/bundle build.spec
	@QT_QPA_PLATFORM=offscreen dist/servicehall/servicehall tour --out build/tour/

lock: ## pin the newest versions that pyproject.toml allows, with their hashes (needs uv)
	@mkdir -p build
	@uv pip compile $(LOCK) pyproject.toml -o build/runtime.txt
	@uv pip compile $(LOCK) pyproject.toml --group dev -c build/runtime.txt -o build/everything.txt
	@cp build/runtime.txt requirements.txt
	@{ echo "-r requirements.txt"; awk '$(ONLY_DEV)' build/runtime.txt build/everything.txt; } > requirements-dev.txt

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
  --no-emit-index-url --no-emit-find-links --no-header --no-annotate
ONLY_DEV := FNR == NR { if (/^[a-z]/) runtime[$$1]; next } /^[a-z]/ { keep = !($$1 in runtime) } keep

clean: ## remove everything that make has made
	rm -rf $(VENV) build dist tour servicehall.egg-info tests/options/*.egg-info i18n/*/
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find desktop tests -name __pycache__ -prune -exec rm -rf {} +

$(SYSTEM_STAMP): Makefile
	@mkdir -p $(VENV)
	@$(PYTHON3) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "setup: Python 3.11 or newer is needed")'
	@command -v uv >/dev/null || $(PYTHON3) -c 'import ensurepip' 2>/dev/null || venv=python3-venv; \
	$(call install_missing,$(QT_LIBRARIES) $(SCREEN_LIBRARIES) $$venv)
	@touch $@

$(BUNDLING_STAMP): | $(SYSTEM_STAMP)
	@$(call install_missing,$(BUNDLING_TOOLS))
	@touch $@

$(PACKAGES_STAMP): requirements.txt requirements-dev.txt | $(SYSTEM_STAMP)
	@echo "setup: the pinned packages, into $(VENV)"
	@if command -v uv >/dev/null; then \
	  { [ -x $(PYTHON) ] || uv venv --quiet --allow-existing --python $(PYTHON3) $(VENV); } && \
	  uv pip install --quiet --python $(PYTHON) --require-hashes -r requirements-dev.txt; \
	else \
	  { [ -x $(PYTHON) ] || $(PYTHON3) -m venv $(VENV); } && \
	  $(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt; \
	fi
	@touch $@

$(PROJECT_STAMP): pyproject.toml tests/options/pyproject.toml $(PACKAGES_STAMP)
	@echo "setup: the command servicehall and the options of the tests, into $(BIN)"
	@if command -v uv >/dev/null; then \
	  uv pip install --quiet --python $(PYTHON) --no-deps --no-build-isolation --editable . --editable tests/options; \
	else \
	  $(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . --editable tests/options; \
	fi
	@touch $@

$(CATALOGS_STAMP): $(wildcard i18n/*.po) $(PROJECT_STAMP)
	@echo "setup: the catalogs"
	@$(PYTHON) -m desktop.kernel.compile_catalogs
	@touch $@

# Installs those of the packages $(1) that are not there yet; does nothing where there is no apt.
# Newer releases write t64 behind some names.
define install_missing
if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then \
  wanted="$(1)"; missing=; \
  have=" $$(dpkg-query -W -f '$${db:Status-Status}=$${Package} ' $$(for it in $$wanted; do echo $$it $${it}t64; done) 2>/dev/null)"; \
  for it in $$wanted; do \
    case "$$have" in *" installed=$$it "* | *" installed=$${it}t64 "*) ;; *) missing="$$missing $$it" ;; esac; \
  done; \
  if [ -n "$$missing" ]; then \
    echo "setup: system packages:$$missing"; \
    apt="env DEBIAN_FRONTEND=noninteractive apt-get -qq"; \
    if [ "$$(id -u)" != 0 ]; then apt="sudo $$apt"; fi; \
    $$apt update && $$apt install --yes --no-install-recommends $$missing >/dev/null; \
  fi; \
fi
endef
