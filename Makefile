# Every target is a thin wrapper: the README says how to do the same by hand, on Windows too.
PYTHON ?= python3
IN_VENV = .venv/bin/python
TEMPLATES = $(shell find . -name '*.html' -path '*/templates/*' -not -path './.venv/*')

.PHONY: setup demo test long bench bench-load lint format lock

setup: .venv/.installed

# Debian's python3 can lack ensurepip: then the system's pip installs into the bare environment.
.venv/.installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 ..." if sys.version_info < (3, 11) else 0)'
	test -x $(IN_VENV) && $(IN_VENV) -m pip --version >/dev/null 2>&1 \
	  || $(PYTHON) -m venv .venv >/dev/null 2>&1 || $(PYTHON) -m venv --without-pip --clear .venv
	if $(IN_VENV) -m pip --version >/dev/null 2>&1; then $(IN_VENV) -m pip install --require-hashes -q -r $<; \
	  else $(PYTHON) -m pip --python $(IN_VENV) install --require-hashes -q -r $<; fi
	@touch $@

demo: setup
	$(IN_VENV) manage.py demo

# COVERAGE=1 prints besides which share of the program's lines the run on SQLite passed through.
test: setup
	$(IN_VENV) -m tests $(if $(COVERAGE),--coverage)

# What is proved by large numbers; the figures are kept in docs/long.md.
long: setup
	$(IN_VENV) -m tests --long

bench: setup
	$(IN_VENV) -m benchmarks

bench-load: setup
	$(IN_VENV) -m benchmarks --only load

lint: setup
	$(IN_VENV) -m ruff format --check -q .
	$(IN_VENV) -m ruff check -q .
	$(if $(TEMPLATES),.venv/bin/djade --check --target-version 5.2 $(TEMPLATES))
	$(IN_VENV) -m mypy
	$(IN_VENV) manage.py check
	$(IN_VENV) manage.py makemigrations --check --dry-run
	$(IN_VENV) -m tests.migration_lint

format: setup
	$(IN_VENV) -m ruff format -q .
	$(IN_VENV) -m ruff check -q --fix .
	$(if $(TEMPLATES),-.venv/bin/djade --target-version 5.2 $(TEMPLATES))

# After a change of pyproject.toml; needs uv.
lock:
	uv pip compile --group dev pyproject.toml --generate-hashes --no-emit-index-url --no-header \
	  --python-version 3.11 --universal -o requirements.lock
