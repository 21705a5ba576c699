"""Labels that words and marks give away, for want of sets: questions, and suggestions, in the eight languages."""

from __future__ import annotations

import re

_MARK = re.compile(r"\?(?!\w)|\u061f|\uff1f")
_SUGGESTION = re.compile(
    r"\b(?:you (?:guys )?(?:should|could|might want to|ought to)|why (?:don'?t|not) (?:you|they|just) "
    r"|(?:they|@) should (?:really |just )?(?:add|make|have|let|bring|offer|allow|consider)"
    r"|please (?:add|bring back|consider|make it|allow|introduce|let us)|how about (?:you|adding|a |an |making)"
    r"|it would be (?:nice|great|good|better|awesome|cool|helpful)|would love (?:to see|it if|if you)"
    r"|would be (?:nice|great|awesome|cool|helpful) (?:if|to)|i wish (?:you|they|there was|there were|it had)"
    r"|(?:my |a |one |just a )suggestion|i(?:'d)? suggest|needs? to (?:add|have a|offer|bring)"
    r"|bring back|if only you|feature request|idea:|consider (?:adding|making|offering)"
    r"|vous devriez|vous pourriez|pourquoi ne pas|ce serait (?:bien|cool|super)|il faudrait|je (?:vous )?suggère"
    r"|ihr (?:solltet|könntet)|sie (?:sollten|könnten)|wäre (?:schön|super|toll|gut|cool)|warum nicht|vorschlag"
    r"|dovreste|potreste|sarebbe (?:bello|meglio|utile)|perché non |suggerisco|consiglio di"
    r"|deveriam|poderiam|seria (?:bom|ótimo|legal|melhor)|por que não |sugiro|sugestão"
    r"|deber[ií]an|podr[ií]an|estar[ií]a (?:bien|bueno|genial)|ser[ií]a (?:bueno|genial|mejor)|por qué no "
    r"|sugerencia|aap(?:ko)? .{0,30}chahiye|kyu na|suggest karta)"
    r"|(?:يجب أن|ينبغي|اقترح|أقترح|يا ريت|ياريت|ليت|لماذا لا|चाहिए|सुझाव|क्यों न)",
    re.IGNORECASE,
)


def asks(text: str) -> bool:
    """Does a question mark stand in the text that is not part of a link?"""
    return _MARK.search(text) is not None


def without_question_marks(text: str) -> str:
    """The text without them."""
    return _MARK.sub(" ", text)


def suggests(text: str) -> bool:
    """Do the words propose something to us?"""
    return _SUGGESTION.search(text) is not None
