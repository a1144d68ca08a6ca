# Every target is a thin wrapper: the README says how to do the same by hand, on Windows too.
PYTHON ?= python3
IN_VENV = .venv/bin/python
TEMPLATES = $(shell find . -name '*.html' -path '*/templates/*' -not -path './.venv/*')

.PHONY: setup demo test long bench bench-load lint format lock

# Everything is locked with its hashes: nothing is resolved or built. What runs the program comes first,
# by the pip of $(PYTHON) where it can install elsewhere (since 22.3), else by one in .venv.
PIP_INSTALL = install -q --require-hashes --no-deps --only-binary :all: --disable-pip-version-check
PIP = if $(PYTHON) -m pip --python $(IN_VENV) --version >/dev/null 2>&1; then $(PYTHON) -m pip --python $(IN_VENV) $(1); \
	  else $(IN_VENV) -m pip $(1); fi

setup: .venv/.installed

.venv/.installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 ..." if sys.version_info < (3, 11) else 0)'
	test -x $(IN_VENV) || $(PYTHON) -m venv --without-pip .venv
	$(PYTHON) -m pip --python $(IN_VENV) --version >/dev/null 2>&1 || $(PYTHON) -m venv .venv
	$(call PIP,$(PIP_INSTALL) -r $<)
	@touch $@

# What tests, measures and lints it, only for those who do.
.venv/.developing: requirements-dev.lock .venv/.installed
	$(call PIP,$(PIP_INSTALL) -r $<)
	@touch $@

demo: setup
	$(IN_VENV) manage.py demo

# COVERAGE=1 prints besides which share of the program's lines the run on SQLite passed through.
test: .venv/.developing
	$(IN_VENV) -m tests $(if $(COVERAGE),--coverage)

# What is proved by large numbers; the figures are kept in docs/long.md.
long: .venv/.developing
	$(IN_VENV) -m tests --long

bench: .venv/.developing
	$(IN_VENV) -m benchmarks

bench-load: .venv/.developing
	$(IN_VENV) -m benchmarks --only load

lint: .venv/.developing
	$(IN_VENV) -m ruff format --check -q .
	$(IN_VENV) -m ruff check -q .
	$(if $(TEMPLATES),.venv/bin/djade --check --target-version 5.2 $(TEMPLATES))
	$(IN_VENV) -m mypy
	$(IN_VENV) manage.py check
	$(IN_VENV) manage.py makemigrations --check --dry-run
	$(IN_VENV) -m tests.migration_lint

format: .venv/.developing
	$(IN_VENV) -m ruff format -q .
	$(IN_VENV) -m ruff check -q --fix .
	$(if $(TEMPLATES),-.venv/bin/djade --target-version 5.2 $(TEMPLATES))

# After a change of pyproject.toml; needs uv.
LOCK = uv pip compile --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --universal
lock:
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) --group dev -c requirements.lock -o requirements-dev.lock
