.PHONY: run test test-frozen faults damage fuzz lint bench bench-large build words screenshots

python := .venv/bin/python
catalogue := resources/i18n/zh_CN/LC_MESSAGES/custdesk

run: ## what is needed, then the window
	@.ci/bootstrap.sh run
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then \
		exec .venv/bin/custdesk; \
	else \
		echo "No display here: instead of opening a window, CustDesk makes its tour offscreen."; \
		QT_QPA_PLATFORM=offscreen .venv/bin/custdesk tour --out tour && \
		echo "Screenshots and the PDF are in $(CURDIR)/tour:" && ls tour; \
	fi

# Every test process has a screen of its own, so that none takes the focus from another.
test: lint ## what is needed, then lint and every test
	@$(python) -m pytest --tx '2*popen//python=.ci/on-a-screen $(python)' --dist loadfile \
		-m "not frozen" $(ARGS)

test-frozen: ## builds the app and lets it make its tour
	@.ci/bootstrap.sh build
	@.ci/on-a-screen $(python) -m pytest -m frozen $(ARGS)

faults: ## kills, of two at once too, and power cuts by the hundred (docs/reliability.md); `make test` has a few
	@.ci/bootstrap.sh test
	@$(python) -m tests.faults $(ARGS)

SECONDS ?= 3600

fuzz: ## looks for files and words that hurt, SECONDS=3600 in all; under atheris where it installs
	@.ci/bootstrap.sh fuzz
	@$(python) -m tests.fuzz --seconds $(SECONDS) $(ARGS)

lint:
	@.ci/bootstrap.sh test
	@$(python) -m ruff format --check --quiet
	@$(python) -m ruff check --quiet
	@$(python) -m mypy

bench:
	@.ci/bootstrap.sh test
	@.ci/on-a-screen $(python) -m benchmarks

bench-large:
	@.ci/bootstrap.sh test
	@.ci/on-a-screen $(python) -m benchmarks --large

damage: ## 200 damaged files, what is saved of each: the table in docs/reliability.md
	@.ci/bootstrap.sh test
	@$(python) -m tests.faults.damage

build: ## dist/custdesk, one folder
	@.ci/bootstrap.sh build
	@$(python) -m PyInstaller --noconfirm --log-level ERROR build.spec
	@du -sh dist/custdesk

words: ## collects the words from the code, and compiles the Chinese catalogue
	@.ci/bootstrap.sh test
	@.venv/bin/pybabel --quiet extract --keyword N_ --no-location --sort-output --width 100 \
		--project CustDesk --copyright-holder "CustDesk contributors" \
		--output-file resources/i18n/custdesk.pot custdesk
	@sed -i.old '/POT-Creation-Date/d; /FIRST AUTHOR/d' resources/i18n/custdesk.pot
	@rm resources/i18n/custdesk.pot.old
	@.venv/bin/pybabel --quiet update --init-missing --no-fuzzy-matching --width 100 --locale zh_CN \
		--ignore-pot-creation-date --input-file resources/i18n/custdesk.pot --output-file $(catalogue).po
	@.venv/bin/pybabel compile --statistics --input-file $(catalogue).po --output-file $(catalogue).mo

screenshots: ## the pictures of the manual, in both languages, light and dark
	@.ci/bootstrap.sh test
	@.ci/on-a-screen .venv/bin/custdesk tour --out docs/screenshots
