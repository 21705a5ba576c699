"""The seal between workspaces: a query that names no workspace cannot be built."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Self, TypeVar

from django.db import models, transaction

from emberwatch.workspaces.bulk import insert, update

Row = TypeVar("Row", bound=models.Model)


class Unsealed(RuntimeError):
    """Somebody asked for rows without saying whose. Use `.within(workspace)`."""


class SealedQuerySet(models.QuerySet[Row]):
    """Rows of one workspace; rows made through it belong to that workspace."""

    workspace_id: int | None = None

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone.workspace_id = self.workspace_id
        return clone

    def create(self, **values: Any) -> Row:
        """A new row of this workspace."""
        return super().create(**{**values, "workspace_id": self._own()})

    def bulk_create(self, objs: Iterable[Row], *args: Any, **options: Any) -> list[Row]:
        """New rows of this workspace, whatever workspace they were built with."""
        rows = list(objs)
        own = self._own()
        for row in rows:
            row.workspace_id = own  # type: ignore[attr-defined]
        if not args and not options and all(row.pk is None for row in rows):
            with transaction.atomic(using=self.db, savepoint=False):
                insert(rows, self.db)
            return rows
        return super().bulk_create(rows, *args, **options)

    def bulk_update(self, objs: Iterable[Row], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Write these fields of rows of this workspace; plain values only."""
        rows = list(objs)
        if any(row.workspace_id != self._own() for row in rows):  # type: ignore[attr-defined]
            raise Unsealed("A row of another workspace cannot be changed from here.")
        with transaction.atomic(using=self.db, savepoint=False):
            update(rows, list(fields), self.db)
        return len(rows)

    def get_or_create(self, defaults: Any = None, **lookup: Any) -> tuple[Row, bool]:
        """The row that fits, or a new one of this workspace."""
        return super().get_or_create(defaults=defaults, **{**lookup, "workspace_id": self._own()})

    def update_or_create(self, defaults: Any = None, create_defaults: Any = None, **lookup: Any) -> tuple[Row, bool]:
        """The row that fits, changed, or a new one of this workspace."""
        lookup = {**lookup, "workspace_id": self._own()}
        return super().update_or_create(defaults=defaults, create_defaults=create_defaults, **lookup)

    def _own(self) -> int:
        if self.workspace_id is None:
            raise Unsealed("A row can only be made through .within(workspace).")
        return self.workspace_id


class SealedManager(models.Manager[Row]):
    """The manager of every row that belongs to a workspace."""

    def get_queryset(self) -> SealedQuerySet[Row]:
        """Always refuses: say whose rows with `within`."""
        raise Unsealed(f"{self.model.__name__} rows are sealed: ask with .objects.within(workspace).")

    def within(self, workspace: models.Model | int) -> SealedQuerySet[Row]:
        """The rows of one workspace."""
        key = workspace if isinstance(workspace, int) else workspace.pk
        rows: SealedQuerySet[Row] = SealedQuerySet(self.model, using=self._db)
        rows = rows.filter(workspace_id=key)
        rows.workspace_id = key
        return rows

    def everywhere(self, why: str) -> SealedQuerySet[Row]:
        """Rows of all workspaces, for jobs that serve the whole server. `why` stands in the code for the reader
        and must not be empty; pages never call this (a contract test looks)."""
        if not why:
            raise Unsealed("Say why this job must see every workspace.")
        return SealedQuerySet(self.model, using=self._db)


class SealedModel(models.Model):
    """A row that belongs to one workspace and is found only through it."""

    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, related_name="+")

    objects: SealedManager[Any] = SealedManager()

    class Meta:
        abstract = True


def sealed_models() -> Sequence[type[SealedModel]]:
    """Every kind of row that belongs to a workspace."""
    return [model for model in _subclasses(SealedModel) if not model._meta.abstract]  # type: ignore[type-abstract]


def _subclasses(model: type[SealedModel]) -> list[type[SealedModel]]:
    return [found for child in model.__subclasses__() for found in (child, *_subclasses(child))]
