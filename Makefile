# Two commands matter: `make run` and `make test`. The others are for those who change the code.
UV := .tools/bin/uv
SYNC := $(UV) sync --quiet --frozen
PY := .venv/bin/python
TRAIN := .train
DATA ?=
NAME ?=

.PHONY: run test check bench train clean

run: .venv/ready-run
	@.venv/bin/emberwatch run

test: .venv/ready-dev
	@$(PY) -m tests.lanes $(ARGS)

check: .venv/ready-dev
	@$(PY) -m tests.check

bench: .venv/ready-dev
	@$(PY) -m benchmarks $(NAME) $(if $(DATA),--data $(DATA)) $(ARGS)

train: $(TRAIN)/ready
	@$(if $(DATA),,echo "Say where the training sets are: make train DATA=folder" >&2; exit 2;) \
	PYTHONPATH=src $(TRAIN)/bin/python -m emberwatch.training --data $(DATA) $(ARGS)

$(UV):
	@echo "Installing uv, the package manager, into .tools"
	@python3 -m venv .tools && .tools/bin/pip install --quiet --disable-pip-version-check uv

.venv/ready-run: uv.lock pyproject.toml | $(UV)
	@echo "Installing Emberwatch (about a minute the first time)"
	@$(SYNC) --inexact --no-default-groups
	@touch $@

.venv/ready-dev: uv.lock pyproject.toml | $(UV)
	@$(SYNC)
	@touch $@ .venv/ready-run

# A place of its own: PyTorch is large, and nothing but training needs it.
$(TRAIN)/ready: src/emberwatch/training/requirements.txt src/emberwatch/training/bases.txt
	@echo "Installing what training needs into $(TRAIN) (about 1 GB)"
	@python3 -m venv $(TRAIN)
	@$(TRAIN)/bin/pip install --quiet --disable-pip-version-check -r src/emberwatch/training/requirements.txt
	@$(TRAIN)/bin/pip install --quiet --disable-pip-version-check --no-deps -r src/emberwatch/training/bases.txt
	@touch $@

clean:
	rm -rf .venv .tools .train build dist .mypy_cache .ruff_cache .pytest_cache
