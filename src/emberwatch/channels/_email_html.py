"""Turns a mail's HTML into plain text. Pure."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import nh3

_MOST = 1_000_000
_BLOCKS = {
    "p", "div", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr", "blockquote", "section",
}  # fmt: skip
_KEPT = _BLOCKS | {"br", "li", "a", "td", "th"}
_DROPPED = {"script", "style", "title", "head", "template", "noscript", "textarea", "select"}
_CLOSE_THEMSELVES = {"br", "hr", "img", "input", "meta", "link", "wbr", "col", "p", "li", "td", "th", "tr", "option"}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_MOST_TAGS, _DEEPEST = 20_000, 100
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")


def html_to_text(html: str) -> str:
    """The words a reader would see, line by line; blockquotes become "> " lines, and a link shows where it leads
    when its words do not."""
    html = html[:_MOST]
    layout = _Layout()
    if _is_bomb(html):
        _lay_out_roughly(html, layout)
    else:
        layout.feed(
            nh3.clean(
                html, tags=_KEPT, clean_content_tags=_DROPPED, attributes={"a": {"href"}}, link_rel=None,
                url_schemes={"http", "https"},
            )
        )  # fmt: skip
        layout.close()
    return layout.text()


def _is_bomb(html: str) -> bool:
    """More tags, or more tags left open, than any mail has: building its tree would take minutes and gigabytes."""
    depth = 0
    for count, tag in enumerate(_TAG.finditer(html)):
        if tag[2].lower() not in _CLOSE_THEMSELVES:
            depth += -1 if tag[1] else 1
        if depth > _DEEPEST or count > _MOST_TAGS:
            return True
    return False


def _lay_out_roughly(html: str, layout: _Layout) -> None:
    """Tags one after the other, without a tree; in one pass, whatever comes."""
    hidden = ""
    for piece in html.split("<"):
        tag = _TAG.match("<" + piece[:50])
        name = tag[2].lower() if tag else ""
        closing = bool(tag and tag[1])
        if hidden:
            hidden = "" if closing and name == hidden else hidden
        elif name in _DROPPED:
            hidden = "" if closing else name
        elif name in _KEPT - {"a"}:
            if closing:
                layout.handle_endtag(name)
            else:
                layout.handle_starttag(name, [])
        if not hidden:
            layout.handle_data(unescape(piece.partition(">")[2] if tag else piece))


class _Layout(HTMLParser):
    """Lays the words out as lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line = ""
        self._depth = 0
        self._href = ""
        self._link_from = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._href, self._link_from = dict(attrs).get("href") or "", len(self._line)
        elif tag in {"td", "th"}:
            self._line += " "
        else:
            self._end_line(blank=tag == "p")
        if tag == "li":
            self._line = "- "
        elif tag == "blockquote":
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._href:
            shown = self._line[self._link_from :]
            if self._href.split("://")[-1].rstrip("/") not in shown:
                self._line += f" ({self._href})"
            self._href = ""
        elif tag in _BLOCKS or tag == "li":
            self._end_line(blank=tag == "p")
        if tag == "blockquote":
            self._depth = max(0, self._depth - 1)

    def handle_data(self, data: str) -> None:
        words = _SPACE.sub(" ", data)
        self._line += words.lstrip(" ") if not self._line or self._line.endswith(" ") else words

    def text(self) -> str:
        """Everything laid out so far."""
        self._end_line()
        return "\n".join(self._lines).strip()

    def _end_line(self, *, blank: bool = False) -> None:
        words, self._line = self._line.strip(" "), ""
        mark = "> " * min(self._depth, 20)
        if words:
            self._lines.append(mark + words)
        if blank and self._lines and self._lines[-1]:
            self._lines.append("")
        self._link_from = 0
