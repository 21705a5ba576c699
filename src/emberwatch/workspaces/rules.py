"""Who may do what: one table, read by every page."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is in a workspace."""

    AGENT = "agent"
    MANAGER = "manager"
    LEGAL = "legal"
    MODERATOR = "moderator"
    DEPARTMENT_OWNER = "department_owner"
    OPERATOR = "operator"
    OBSERVER = "observer"

    @property
    def label(self) -> str:
        """The word people use for it."""
        return self.value.replace("_", " ")


class Ability(StrEnum):
    """One thing that can be allowed."""

    SEE = "see cases"
    NOTE = "write notes to colleagues"
    WORK = "assign, tag, merge and split cases"
    ANSWER = "answer customers"
    CLOSE = "close cases"
    CONFIGURE = "change brands, sources and settings"
    PEOPLE = "invite people and change their roles"


_READER = frozenset({Ability.SEE, Ability.NOTE})
_DESK = _READER | {Ability.WORK, Ability.ANSWER, Ability.CLOSE}

ABILITIES: dict[Role, frozenset[Ability]] = {
    Role.AGENT: _DESK,
    Role.MANAGER: _DESK | {Ability.CONFIGURE, Ability.PEOPLE},
    Role.LEGAL: _READER,
    Role.MODERATOR: _READER | {Ability.WORK},
    Role.DEPARTMENT_OWNER: _READER,
    Role.OPERATOR: frozenset({Ability.SEE, Ability.CONFIGURE, Ability.PEOPLE}),
    Role.OBSERVER: frozenset({Ability.SEE}),
}


class NotAllowed(PermissionError):
    """This person's role does not include it; the message says whose does."""


def may(role: Role, ability: Ability) -> bool:
    """Does this role include that ability?"""
    return ability in ABILITIES[role]


def check(role: Role, ability: Ability) -> None:
    """Raises NotAllowed, naming the roles that may."""
    if not may(role, ability):
        able = ", ".join(other.label for other in Role if may(other, ability))
        raise NotAllowed(f"Your role ({role.label}) may not {ability.value}. Ask one of these: {able}.")
