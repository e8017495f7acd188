# Every target makes the environment it needs: none has to be made or switched on by hand.

PY := .venv/bin/python
VALUENET := .venv/bin/valuenet
ENGINE_TESTS := $(patsubst %,tests/test_%.py,agents agents_whole chain checkpoint closed_forms create decisions draws indifferent laws \
	metamorphic model monotone networks platform population reference relabelled reproducible rules_after rules_before shocks totals)
SOAKED := $(patsubst %,tests/test_%.py,boundaries designs effects faults faults_disk faults_same fitting fuzz mesh precision safety sensitivity serving)

unexport PYTHONPATH PYTHONHOME PIP_USER
.PHONY: demo test soak lint format bench app clean setup

# Run the three-way comparison, on a made market and on real traders.
demo: setup
	@$(VALUENET) compare transactional partnership platform --out out/demo
	@$(VALUENET) compare bitcoin-otc --replications 5 --out out/demo-bitcoin-otc
	@echo
	@echo "Open the reports in a browser: out/demo/report.html and out/demo-bitcoin-otc/report.html"
	@echo "Try it yourself in the dashboard: make app"

# Run all tests, then the engine's on the other Mesa.
test: setup
	@$(PY) -m pytest -n auto --maxprocesses 4
	@sh .ci/other-mesa $(ENGINE_TESTS)

# Try the engine's and the input's promises at their full figures (about half an hour).
soak: setup
	@VALUENET_SOAK=1 $(PY) -m pytest -n auto --maxprocesses 4 $(ENGINE_TESTS) $(SOAKED)

# Find mistakes in style and types.
lint: setup
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

# Put the code into the style that lint asks for.
format: setup
	@$(PY) -m ruff check --fix-only .
	@$(PY) -m ruff format .

# Measure the speed.
bench: setup
	@$(PY) -m tests.bench

# Open the dashboard.
app: setup
	@$(VALUENET) app

# Remove environments and caches; results in out/ stay.
clean:
	rm -rf .venv .venv-* build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup:
	@sh .ci/environment .venv app,test,dev 3.13 3.12 3.11 3 || { [ $$? -ne 3 ] || \
	echo "No working Python 3.11 or newer found. Install one with its venv module (Debian, Ubuntu: python3 and python3-venv)."; exit 1; }
