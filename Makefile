# The project's commands. Their code is in tools/.
PYTHON ?= python3
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export SAM_CLI_TELEMETRY := 0
# With bytecode, a process starts faster, and the commands and tests start many.
unexport PYTHONDONTWRITEBYTECODE
TOOLCHAIN := .venv/.installed
PAGE_PACKAGES := frontend/node_modules/.installed
SCANNERS := .venv-scan/.installed
SITE_BUILDER := .venv-docs/.installed
LOAD_TOOLS := .venv-load/.installed
PLOTTER := .venv-bench/.installed
PROSE_CHECKER := tools/prose/node_modules/.installed
LOCAL := @python -m tools.terminal
# The audit imports the functions' code that reads events and computes views.
WITH_VIEWS := PYTHONPATH=layers/kernel:functions/views

# The shell's environment may also define USER, ENV or STACK, so only values from the command line count.
typed = $(if $(findstring command line,$(origin $(1))),$($(1)))
where = $(if $(call typed,ENV),--env=$(ENV)) $(if $(call typed,STACK),--stack=$(STACK))
# A flag is set unless it is 0 or false.
set = $(filter-out 0 false,$(1))
account = @python -m tools.account.commands $(1) $(where)

# The variables of the commands. Another name on the command line is a typing mistake, unless a tool reads it.
VARIABLES := AGAIN APPROVED AS_OF COMMENT DECISION DOCS_PORT EMULATOR_PORT ENV EXECUTION_ROLE F GROUP IN_FLIGHT \
  LANES MINUTES N OBJECT ONLY ORDER ORDERS PARAMETERS PART PASSWORD PAYMENT POSTAL_CODE PYTHON Q QUANTITY QUEUE \
  QUICK RATE SAGA_TYPE SAM_LOCAL_PORT SKU SPEED SQL STACK TASK USER VERBOSE WEB_PORT
# Of `make return` and of the decision about a return.
VARIABLES += REASON RESTOCK
OF_TOOLS := AWS_% HYPOTHESIS_% MINISTACK_% NODE_% NPM_% npm_% PIP_% PYTEST_% PYTHON% SAM_% UV_% NO_COLOR SHELL TMPDIR
# Of `make pay` and `make ship`.
VARIABLES += DECLINE DELIVER LOST
given := $(foreach name,$(.VARIABLES),$(if $(findstring command line,$(origin $(name))),$(name)))
unknown := $(filter-out $(VARIABLES) $(OF_TOOLS),$(given))
ifneq ($(unknown),)
  $(error $(or $(shell $(PYTHON) -m tools.toolchain.unknown_variables '$(unknown)' '$(VARIABLES)'),Unknown: $(unknown)))
endif

# The order that `make up` places is always the same, so that its output can be compared.
unused := $(if $(filter order return,$(MAKECMDGOALS)),,$(filter PAYMENT POSTAL_CODE QUANTITY SKU,$(given)))
$(if $(unused),$(info make $(firstword $(MAKECMDGOALS)) does not use $(unused). To place such an order: make order $(foreach name,$(unused),$(name)=$($(name)))))

# The tests of a file share one deployed stack. tests/conftest.py sets the number of workers by cores and memory.
# Browser tests run after the others, because Chromium aborts its requests when `sam local` starts a container's network.
SIDE_BY_SIDE := -n auto --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
# Every target with a help text, because some have a folder of the same name.
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*## .*/\1/p' Makefile)

# The commands that `make help` shows first.
DAILY := up order show
DAILY += pay ship
DAILY += history
DAILY += return
DAILY += tasks decide status logs web check test down
in_columns = printf "  make %-14s  %s\n", $(1), $(2)

help: ## Show the commands (the default)
	@echo "Daily commands"
	@awk -F ':.*## ' -v daily="$(DAILY)" '/^[a-z-]+:.*## / {text[$$1] = $$2} \
	  END {count = split(daily, names, " "); for (i = 1; i <= count; i++) $(call in_columns,names[i],text[names[i]])}' Makefile
	@echo
	@echo "Test cards, as in: make order PAYMENT=pm_card_declined"
	@awk -F '"' '/^ *"pm_/ {printf "  %-19s  %s\n", $$2, $$4}' functions/payments/sandbox_cards.py
	@echo
	@echo "Test postal codes, as in: make order POSTAL_CODE=00000"
	@echo "  00000                the carrier refuses"
	@echo "  99999                the carrier never responds"
	@awk -F ':.*## ' -v shown=" help $(DAILY) " '/^##@ / {section = "\n" substr($$0, 5) "\n"} \
	  /^[a-z-]+:.*## / && !index(shown, " " $$1 " ") {printf "%s", section; section = ""; $(call in_columns,$$1,$$2)}' Makefile
	@echo
	@echo "Ports: EMULATOR_PORT (4566) and WEB_PORT (8080). Set them in the environment or as in: make up WEB_PORT=9000"

##@ Local cloud

up: $(TOOLCHAIN) ## Start the local cloud, deploy the application, place an order and follow it
	$(LOCAL) up

down: $(TOOLCHAIN) ## Stop the local cloud and delete its data
	$(LOCAL) down

status: $(TOOLCHAIN) ## Show what is running, what is deployed and the lengths of the queues
	$(LOCAL) status

logs: $(TOOLCHAIN) ## Show the functions' logs; F=OrdersApiFunction shows one function's
	$(LOCAL) logs $(F)

web: $(PAGE_PACKAGES) ## Serve the web page with hot reload, on the running local cloud
	$(LOCAL) web

sam-local: $(TOOLCHAIN) ## Run sam local start-api in Docker, on the running local cloud; SAM_LOCAL_PORT=3000
	$(LOCAL) sam-local

##@ Orders and operations

order: $(TOOLCHAIN) ## Place an order and follow it; PAYMENT=pm_card_declined, POSTAL_CODE=00000, SKU=CUP-2,SCALE-1, QUANTITY=100, VERBOSE=1
	$(LOCAL) order

pay: $(TOOLCHAIN) ## Approve the newest order's payment at the sandbox bank, or ORDER=…; DECLINE=1 declines it
	$(LOCAL) pay

ship: $(TOOLCHAIN) ## Let the sandbox carrier dispatch the newest order's parcel, or ORDER=…; DELIVER=1 delivers it, LOST=1 loses it
	$(LOCAL) ship

show: $(TOOLCHAIN) ## Show the newest order, or ORDER=…; AS_OF=<time or event type> shows an earlier state
	$(LOCAL) show

history: $(TOOLCHAIN) ## Show the states and the cost of the newest order's sagas (fulfilment and refunds), or of ORDER=…
	$(LOCAL) history

# make must not expand the reason and the comment, which may contain dollar signs.
unexport REASON
return: export RETURN_REASON = $(value REASON)
return: $(TOOLCHAIN) ## Return the newest order's items, or ORDER=… with SKU=CUP-2, QUANTITY=1, REASON=…; an operator decides
	$(LOCAL) return

tasks: $(TOOLCHAIN) ## List the open tasks, which wait for an operator
	$(LOCAL) tasks

unexport COMMENT
decide: export DECISION_COMMENT = $(value COMMENT)
decide: $(TOOLCHAIN) ## Decide the open task, or TASK=…: DECISION=approve, reject, retry, refund or resolve; COMMENT=…, RESTOCK=1
	$(LOCAL) decide

dead-letters: $(TOOLCHAIN) ## List the dead letters with their causes
	$(LOCAL) dead-letters

redrive: $(TOOLCHAIN) ## Redrive the dead letters of a queue: QUEUE=projection
	$(LOCAL) redrive $(QUEUE)

# make must not expand the SQL, which may contain quotes and dollar signs.
unexport SQL
query: export QUERY_SQL = $(value SQL)
query: $(TOOLCHAIN) ## Query the event store: SQL='SELECT ...', or Q=revenue-per-day for a query of docs/queries.md
	$(LOCAL) query

unexport OBJECT
set-aside: export OBJECT_KEY = $(value OBJECT)
set-aside: $(TOOLCHAIN) ## Move an unreadable or forged object out of the event store: OBJECT=events/…
	$(LOCAL) set-aside

rebuild: $(TOOLCHAIN) ## Rebuild the views from the event store and show the progress
	$(LOCAL) rebuild

audit: $(TOOLCHAIN) ## Compare the services' tables, the event store and the views; skips the last IN_FLIGHT=5 seconds
	@$(WITH_VIEWS) python -m tools.event_store.audit $(IN_FLIGHT)

republish: $(TOOLCHAIN) ## Republish events from the tables if they are missing in the event store
	@$(WITH_VIEWS) python -m tools.event_store.republish

##@ AWS account

deploy: export DEPLOY_PARAMETERS = $(call typed,PARAMETERS)
deploy: $(TOOLCHAIN) ## Deploy to an AWS account: ENV=default or prod; STACK=…, PARAMETERS="Name=value …"
	$(call account,deploy) $(if $(call set,$(call typed,APPROVED)),--approved) $(if $(call typed,EXECUTION_ROLE),--execution-role=$(EXECUTION_ROLE))

deploy-web: $(TOOLCHAIN) ## Build the web page and upload it to a stack in an AWS account; ENV=…, STACK=…
	$(call account,web)

user: $(TOOLCHAIN) ## Create a user: USER=ada@example.com, GROUP=operators; on AWS: ENV=…, STACK=…
	$(call account,user) $(if $(call typed,USER),--user=$(USER)) $(if $(call typed,GROUP),--group=$(GROUP))

token: $(TOOLCHAIN) ## Sign in and print the ID token: USER=ada@example.com; on AWS: ENV=…, STACK=…
	$(call account,token) $(if $(call typed,USER),--user=$(USER))

api-url: $(TOOLCHAIN) ## Print the API's URL, for curl and scripts; on AWS: ENV=…, STACK=…
	$(call account,api-url)

smoke: $(TOOLCHAIN) ## Sign in, place an order and wait for its confirmation: USER=ada@example.com; on AWS: ENV=…, STACK=…
	$(call account,smoke) $(if $(call typed,USER),--user=$(USER))

destroy: $(TOOLCHAIN) ## Delete a stack in an AWS account, after you type its name; ENV=…, STACK=…
	$(call account,destroy)

##@ Tests

check: $(TOOLCHAIN) lint-prose ## Format the code, then run linters, prose and type checks, unit and contract tests (under a minute)
	ruff format . && ruff check .
	mypy
	@pytest -q tests/unit tests/contracts

LANES := lint test-page test-fast test-e2e test-browser test-faults

test: ## Run all lanes: lint, then every kind of test. A failed lane does not stop the others
	@failed=; for lane in $(LANES); do \
	  echo "== make $$lane"; $(MAKE) --no-print-directory $$lane || failed="$$failed $$lane"; \
	done; \
	echo; for lane in $(LANES); do case " $$failed " in *" $$lane "*) echo "✘ make $$lane";; *) echo "✔ make $$lane";; esac; done; \
	test -z "$$failed" || { echo "Failed:$$failed. Run one lane with make <lane>."; exit 1; }

.PHONY: $(LANES)
test-page: $(PAGE_PACKAGES)
	npm --prefix frontend test

test-fast: $(TOOLCHAIN)
	@pytest -n auto --dist worksteal tests/properties tests/unit tests/service tests/tools tests/contracts tests/architecture

test-e2e: $(TOOLCHAIN)
	@pytest $(SIDE_BY_SIDE) tests/e2e

test-browser: $(TOOLCHAIN) $(PAGE_PACKAGES)
	@pytest $(SIDE_BY_SIDE) tests/browser

test-faults: $(TOOLCHAIN)
	@pytest -n auto tests/faults

test-slow: $(TOOLCHAIN) ## Run the end-to-end tests with a fraction of the CPU, as root on Linux: SPEED=0.2
	@python -m tests.support.slow $(or $(SPEED),0.2) pytest -n 1 tests/e2e

test-new-account: $(TOOLCHAIN) ## Run a rush of sixty orders with ten concurrent functions, as in a new AWS account
	@pytest -n 0 tests/new_account

test-labs: $(TOOLCHAIN) ## Follow the labs of docs/labs step by step on a fresh clone; N=3 runs one lab
	@python -m pytest -v $(SIDE_BY_SIDE) -p tests.labs.blocks docs/labs/$(or $(N),[0-9]*)-*.md

test-removal: $(TOOLCHAIN) $(PAGE_PACKAGES) $(PROSE_CHECKER) ## Rename the application and take each part out of a fresh clone, then test what is left; PART=live-updates
	@PART=$(PART) pytest -v -n 0 tests/removal

test-roles: $(TOOLCHAIN) ## Run the end-to-end tests with each function's IAM role enforced
	@ENFORCE_ROLES=true pytest $(SIDE_BY_SIDE) tests/e2e

test-docs: docs ## Build the documentation site and test it in a browser: links, diagrams, search, phones
	@pytest tests/site

soak: $(TOOLCHAIN) ## Run the fault tests with many orders; ORDERS=1000
	@ORDERS=$(or $(ORDERS),300) pytest -n auto tests/faults

load: $(TOOLCHAIN) $(LOAD_TOOLS) ## Load test a deployed stack: up to RATE=20 visits a second, MINUTES=4; on AWS: ENV=…, STACK=…, USER=…
	@python -m tests.load $(if $(RATE),--rate $(RATE)) $(if $(MINUTES),--minutes $(MINUTES)) $(where) $(if $(call typed,USER),--user $(USER))

lint: $(TOOLCHAIN) $(PAGE_PACKAGES) lint-prose ## Run ruff, mypy, cfn-lint and sam validate; tsc and ESLint for the web page
	ruff check . && ruff format --check .
	mypy
	cfn-lint
	AWS_DEFAULT_REGION=us-east-1 sam validate --lint
	npm --prefix frontend run lint

PROSE := '*.md' '*.py' '*.yaml' 'frontend/src/*.ts' 'frontend/src/*.tsx' 'statemachines/*.json' ':!tools/prose'

lint-prose: $(PROSE_CHECKER) ## Check the wording of documents, comments and messages (textlint, tools/prose/plain-english.yaml)
	@git ls-files -z $(PROSE) | xargs -0 tools/prose/node_modules/.bin/textlint --format unix \
	  --config tools/prose/textlintrc.json --rules-base-directory '$(CURDIR)/tools/prose/node_modules'

scan: $(TOOLCHAIN) $(SCANNERS) ## Scan the templates (checkov), policies (parliament), workflow (zizmor) and dependencies (known vulnerabilities)
	@mkdir -p .local && python -m tools.deployment.template >.local/expanded-template.json
	.venv-scan/bin/checkov --config-file .checkov.yaml
	@python -m tools.toolchain.policies
	.venv-scan/bin/zizmor --offline --quiet .github/workflows
	@python -m tools.toolchain.vulnerabilities

##@ Measurements

bench: $(TOOLCHAIN) $(PLOTTER) ## Measure latency, throughput, cold starts and waits against their lower bounds; QUICK=1, ONLY="latency reads"
	@python -m tools.bench $(if $(call set,$(QUICK)),--quick) $(if $(ONLY),--only $(ONLY))
	@.venv-bench/bin/python -m tools.bench.plot

cost: $(TOOLCHAIN) ## Compute the AWS cost of an order and of a return: calls counted on a separate emulator, times list prices; AGAIN=1 skips the counting
	@python -m tools.cost $(if $(call set,$(AGAIN)),--again) $(if $(ORDERS),--orders $(ORDERS))

measure-sagas: $(TOOLCHAIN) ## Measure duration and cost of the saga as STANDARD and EXPRESS (make up SAGA_TYPE=…); ORDERS=20
	$(LOCAL) measure-sagas

##@ Documentation and labs

docs: $(TOOLCHAIN) $(SITE_BUILDER) ## Build the documentation site, check every link and print its location
	@python -m tools.site.build

docs-serve: $(TOOLCHAIN) $(SITE_BUILDER) ## Serve the documentation site and rebuild it on each change; DOCS_PORT=8000
	@python -m tools.site.build --serve

screenshots: $(TOOLCHAIN) ## Take the pictures of the documents, and film a purchase, on the running local cloud (needs Chromium)
	@python -m tools.screenshots

check-lab: $(TOOLCHAIN) ## Check the result of a lab and list what is missing: N=1
	@python -m tools.labs.check $(N)

##@ Maintenance

contracts: $(TOOLCHAIN) ## Generate contracts/ from the code: OpenAPI, AsyncAPI, event schemas
	@python -m contracts.generator.write

reference-data: $(TOOLCHAIN) ## Generate the tables of currencies and postal codes from their libraries
	@python -m tools.reference_data.write

lock: $(TOOLCHAIN) ## Update requirements/*.txt from requirements/*.in
	@python -m tools.toolchain.lock

clean: ## Stop the local cloud and delete all build results and virtual environments
	@test ! -x .venv/bin/python || .venv/bin/python -m tools.terminal down
	rm -rf frontend/node_modules frontend/dist frontend/src/api/contract.d.ts
	rm -rf tools/site/node_modules tools/prose/node_modules
	rm -rf .venv .venv-* .aws-sam .local .mypy_cache .pytest_cache .ruff_cache .hypothesis

# Each rarely used tool has its own virtual environment, created on first use.
.venv-%/.installed: requirements/%.txt | $(TOOLCHAIN)
	@echo "Installing requirements/$*.txt into .venv-$* (first run only) ..."
	@uv venv --quiet --clear .venv-$*
	@uv pip sync --quiet --require-hashes --python .venv-$* requirements/$*.txt
	@touch $@

$(PAGE_PACKAGES): frontend/package.json frontend/package-lock.json | $(TOOLCHAIN)
	@python -m tools.deployment.build_web

$(PROSE_CHECKER): tools/prose/package-lock.json
	@npm --prefix tools/prose ci --silent && touch $@

$(TOOLCHAIN): requirements/bootstrap.txt requirements/tools.txt
	@$(PYTHON) -m tools.toolchain.bootstrap
