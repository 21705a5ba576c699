"""Companies, their people, and the roles that join them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from emberwatch.workspaces.rules import Ability, Role, may
from emberwatch.workspaces.seal import SealedModel


class People(BaseUserManager["Person"]):
    """Makes people; an address is kept in lower case, so nobody exists twice."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """A new person who signs in with this address."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """A person who runs the server."""
        return self.create_user(email, password, is_superuser=True, **fields)


class Person(AbstractBaseUser, PermissionsMixin):
    """Someone who signs in; may belong to several workspaces."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    zone = models.CharField(max_length=64, default="UTC")
    theme = models.CharField(max_length=8, default="auto")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[People] = People()

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Django's word for someone who runs the server."""
        return self.is_superuser

    @property
    def initials(self) -> str:
        """Two letters for a small round badge."""
        words = (self.name or self.email).split()
        return "".join(word[0] for word in words[:2]).upper()


class Workspace(models.Model):
    """One company, sealed from all others. `policy` holds the desk's hours and deadlines (see cases.policy)."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=64, default="UTC")
    prefix = models.CharField(max_length=6, default="EW")
    last_number = models.PositiveIntegerField(default=0)
    policy = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Membership(SealedModel):
    """A person's place in a workspace."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in Role])

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("workspace", "person", name="one_membership_a_workspace")]

    def may(self, ability: Ability) -> bool:
        """Does this person's role include that ability here?"""
        return may(Role(self.role), ability)
