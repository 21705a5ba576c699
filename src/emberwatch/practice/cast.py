"""The invented people a visitor can be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Role:
    """Someone to post as."""

    handle: str
    name: str
    followers: int
    bio: str


CAST = (
    Role("mara", "Mara Quill", 1_840, "New mother, old bicycle. Reads instructions twice."),
    Role("tomasz", "Tomasz Brel", 212, "Retired tram driver. Tea at four."),
    Role("lena", "Lena Fjord", 38_500, "Bakes, films it, eats it. Recipes on Thursdays."),
    Role("jo", "Jo Abara", 640, "Night nurse. Short fuse before coffee."),
    Role("ines", "Inés Valdour", 5_120, "Maestra, lectora, vecina ruidosa."),
    Role("otto", "Otto Pfahl", 97, "Werkstatt, Garten, Hund."),
)
YOU = CAST[0]
