# make demo | test | faults | browser | installs | image | check | pictures | bench. Everything is installed into
# .venv; nothing outside the checkout but Debian packages for the tests (real broker, real RTSP server, real
# browser) and the images (buildah, debootstrap), and those only when make runs as root.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
MODELS ?= $(CURDIR)/var/models
export GEWU_MODELS := $(MODELS)
# Programs of ours see to it themselves; tests and benches load ONNX Runtime directly.
export ORT_DISABLE_TELEMETRY := 1
# Compiled once, whatever the machine's own setting: tests begin hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host pyproject.toml
# Of the tests. They wait more than they compute, so more than there are cores.
PROCESSES ?= $(shell n=$$(nproc); echo $$(( n > 3 ? 6 : n + 2 )))
SOURCE ?=
SECONDS ?=

# The console's pages: Node builds them, and nothing needs Node afterwards.
CONSOLE := central/console
MODULES := $(CONSOLE)/node_modules/.ready
BUILT := $(CONSOLE)/built/.ready
PAGES := $(shell find $(CONSOLE)/src $(CONSOLE)/public -type f) $(wildcard $(CONSOLE)/*.html $(CONSOLE)/*.ts $(CONSOLE)/*.json)

.PHONY: setup models system console api demo test faults browser installs image check pictures bench sbom lock docs clean
.DEFAULT_GOAL := demo

setup: $(READY) $(BUILT)

console: $(BUILT)

$(MODULES): $(CONSOLE)/package-lock.json $(CONSOLE)/.npmrc
	cd $(CONSOLE) && npm ci
	touch $@

$(BUILT): $(MODULES) $(PAGES)
	cd $(CONSOLE) && npm run -s build
	touch $@

# The generated client, from the centre's own OpenAPI document.
api: $(READY) $(MODULES)
	cd $(CONSOLE) && PYTHON=$(CURDIR)/$(BIN)/python npm run -s api

$(READY): configs/locks/dev.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r configs/locks/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

models: $(READY)
	$(BIN)/gewu-models pull

# Debian packages that some tests need; those tests are skipped, with the reason, where they are missing.
system:
	tests/install-system-packages

demo: $(READY) $(BUILT) models
	$(BIN)/python configs/demo/run.py $(if $(SOURCE),--source "$(SOURCE)") $(if $(SECONDS),--seconds $(SECONDS))

# What fails beside others on a machine that is busy has to pass alone.
ALONE := $(BIN)/pytest -q --last-failed --last-failed-no-failures none

# In the order of the folders: what takes long begins first.
OTHERS := --ignore=tests/faults --ignore=tests/fuzz --ignore=tests/installs
test: $(READY) $(BUILT) system models
	$(BIN)/pytest -q -n $(PROCESSES) --dist loadfile --no-loadscope-reorder $(OTHERS) || $(ALONE) $(OTHERS)

# What is cut off, killed, filled up and fed with rubbish, and long ways through all programs.
faults: $(READY) $(BUILT) system models
	$(BIN)/pytest -q -n $(PROCESSES) --dist loadfile tests/faults tests/fuzz || $(ALONE) tests/faults tests/fuzz

# The console, in a real browser.
browser: $(READY) $(BUILT) system models
	$(BIN)/pytest -q -n 2 --dist loadfile tests/browser || $(ALONE) tests/browser

# The wheel in a fresh environment for each extra, with nothing of the others'.
installs: $(READY) $(BUILT)
	$(BIN)/pytest -q -n 2 --dist loadgroup tests/installs

# Both images without a container engine, and what they are: size, user, contents, doctor, replay, health. As root.
image: $(READY) $(BUILT) models
	$(BIN)/python -m tests.image $(if $(GEWU_SHARED_DATA),--data "$(GEWU_SHARED_DATA)")

# Every page of the console as the demonstration shows it, in both languages, for the documents.
pictures: $(READY) $(BUILT) system models
	$(BIN)/python -m tests.pictures

check: $(READY) $(MODULES)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/gewu-broker schema --check
	cd $(CONSOLE) && PYTHON=$(CURDIR)/$(BIN)/python npm run -s check
	$(BIN)/python -m tests.docs
	$(BIN)/python -m tests.supply licences
	$(BIN)/python -m tests.supply audit

bench: $(READY) models
	$(BIN)/python -m tests.bench

# A bill of materials for node, centre and development, CycloneDX 1.6.
sbom: $(READY)
	$(BIN)/python -m tests.supply sbom

lock: $(READY)
	$(COMPILE) --extra edge --extra central --extra models --extra broker --extra eval --extra tracing --extra dev -o configs/locks/dev.txt
	$(COMPILE) --extra edge --extra models --extra tracing -c configs/locks/dev.txt -o configs/locks/edge.txt
	$(COMPILE) --extra central --extra broker --extra tracing -c configs/locks/dev.txt -o configs/locks/central.txt
	cd $(CONSOLE) && rm -rf node_modules package-lock.json && npm install --package-lock-only

clean:
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis $(CONSOLE)/node_modules $(CONSOLE)/built
