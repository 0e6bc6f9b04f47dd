# Bare `make` lists the commands. Everything is made on the way: nothing needs to be installed but Python and make.

PYTHON ?= python3
PY := .venv/bin/python
WITH_SERVICES := $(PY) -m config.embedded.run
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url pyproject.toml

.DEFAULT_GOAL := help
# Compiled modules are kept, whatever the environment says: without them each process compiles all of them again.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help run sandbox test test-fast check fix demo walls asvs faults schema scale bench doctor shell lock sbom next-django words mail screenshots env env-dev

help:  ## list the commands
	@echo "Orebook. Commands:"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14 | sed 's/^/  make /'

run: env  ## start everything on this machine (PORT=8000, ORE_DATA=var)
	@exec $(PY) -m config.embedded.serve

sandbox: env  ## the same as a sandbox for partners' developers: a band on each page, reset each night (PORT, ORE_DATA)
	@ORE_ENV=sandbox ORE_SANDBOX_RESET=1 ORE_DATA=$${ORE_DATA:-var/sandbox} exec $(PY) -m config.embedded.serve

test: env-dev  ## run all tests, in parallel
	@$(PY) -m config.embedded.browser
	@$(PY) -m config.embedded.npm
	@$(PY) -m config.embedded.audit provide
	@$(PY) -m pytest -n auto $(ARGS)

test-fast: env-dev  ## run the tests that need no more than seconds each
	@$(PY) -m config.embedded.browser
	@$(PY) -m config.embedded.npm
	@$(PY) -m pytest -n auto -m 'not slow' $(ARGS)

next-django: env-dev  ## run the tests against the next Django, on a Python that it runs on (NEXT_PYTHON, NEXT_DJANGO)
	@$(PY) -m config.embedded.browser
	@$(PY) -m config.embedded.npm
	@$(PY) -m config.embedded.next_django -n auto $(ARGS)

check: env-dev  ## check style, types, layers and drift; changes nothing
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/lint-imports
	$(WITH_SERVICES) --migrate -- sh -ec '\
		$(PY) -m mypy . && \
		$(PY) manage.py makemigrations --check --dry-run && \
		$(PY) manage.py check --deploy --database default --fail-level INFO'
	$(PY) -m config.embedded.audit vulnerable
	$(PY) -m pytest -n auto tests/house

fix: env-dev  ## repair style as far as tools can
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

faults: env-dev  ## break things 200 times amid 100,000 events (two hours) and count what is lost: var/faults-report.md (ORE_SEED)
	@ORE_FAULTS=$${ORE_FAULTS:-200} ORE_CROWD=$${ORE_CROWD:-500} $(PY) -m pytest -n 0 -s tests/faults/test_machine.py $(ARGS)
	@$(PY) -m pytest -n 0 tests/benchmarks/test_resuming.py -m ''

schema: env-dev  ## write docs/reference/openapi.json and promises.txt anew
	@$(WITH_SERVICES) --migrate -- $(PY) manage.py api_schema

words: env-dev  ## gather what is to be translated, and compile the catalogues
	@$(WITH_SERVICES) -- $(PY) manage.py build_words

mail: env-dev  ## compile the layout of mails into the template that is sent
	@$(WITH_SERVICES) -- $(PY) manage.py build_mail

demo: env  ## load the demo network into the running services
	@ORE_DEMO=1 $(PY) manage.py demo
	@ORE_DEMO=1 $(PY) manage.py demo_network

walls: env-dev  ## show who sees what, at full length: var/walls-report.md
	@$(PY) -m tests.walls_report --begin
	@failed=0; \
	ORE_WALLS=1 $(PY) -m pytest -n auto tests/worlds tests/matrix tests/identity tests/walls $(ARGS) || failed=1; \
	ORE_WALLS=1 $(PY) -m pytest -n 0 -m '' tests/benchmarks/test_hidden_or_missing.py || failed=1; \
	$(PY) -m tests.walls_report || failed=1; \
	exit $$failed

asvs: env-dev  ## run the tests that answer OWASP ASVS 5.0 and the API top ten: var/asvs-report.md
	@$(PY) -m tests.asvs_report $(ARGS)

scale: env-dev  ## several machines in small: two of each, one killed; and the walls behind PgBouncer and a standby
	@$(PY) -m pytest -n 0 tests/scaling $(ARGS)
	@ORE_BEHIND=1 $(PY) -m pytest -n auto tests/worlds tests/identity tests/walls tests/matrix $(ARGS)

bench: env-dev  ## measure each workload beside its limit at 10 k, 100 k and 1 M: var/bench.json, bench.md, growth-*.svg
	@rm -rf var/bench-notes
	@failed=0; export ORE_BENCH_NOTES=var/bench-notes; \
	$(PY) -m pytest tests/benchmarks -s -m '' $(ARGS) || failed=1; \
	$(PY) -m tests.benchmarks.speed || failed=1; \
	exit $$failed

screenshots: env-dev  ## take the pictures of docs/screenshots anew, from a run of their own
	@$(PY) -m tests.journeys.looks.shoot

doctor:  ## say what is wrong with this machine, and the next command to type
	@if [ -x $(PY) ]; then $(PY) manage.py doctor; else $(PYTHON) -m config.embedded.doctor; fi

shell: env  ## a Python shell with Django, on the running services
	@$(PY) manage.py shell

lock:  ## pin the newest versions that pyproject.toml allows, with hashes (needs uv)
	$(LOCK) --upgrade -o requirements.txt
	$(LOCK) --upgrade --group embedded -c requirements.txt -o requirements-run.txt
	$(subst pyproject.toml,,$(LOCK)) --upgrade --group observe -c requirements-run.txt -o requirements-observe.txt
	$(LOCK) --upgrade --group embedded --group observe --group dev -c requirements-run.txt -c requirements-observe.txt -o requirements-dev.txt
	$(subst pyproject.toml,,$(LOCK)) --upgrade --group audit -c requirements-dev.txt -o requirements-audit.txt
	$(subst pyproject.toml,,$(LOCK)) --upgrade --group browser -o requirements-browser.txt

sbom: env-dev  ## list what the application is made of as CycloneDX, from its pins: var/sbom.cdx.json
	@$(PY) -m config.embedded.audit sbom

env:
	@$(PYTHON) config/bootstrap.py run

env-dev:
	@$(PYTHON) config/bootstrap.py dev
