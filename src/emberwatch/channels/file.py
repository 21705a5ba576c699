"""Posts from a file: NDJSON (one JSON object a line) or CSV, of any size, resumable at any row."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import os
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import BinaryIO, ClassVar
from zoneinfo import ZoneInfo

import msgspec

from emberwatch.channels import _file_rows as rows
from emberwatch.channels._abilities import cannot, denied, verb
from emberwatch.channels._file_parse import Form, flat, guess_columns, guess_day_first, parse_row
from emberwatch.channels.errors import BadCursor, Refused, Unreachable
from emberwatch.channels.interface import Challenge, Condition, Health, RawRequest, Tools
from emberwatch.channels.spec import Can, Proof, Spec, setting
from emberwatch.vocabulary.acts import Action, Allowed, Denied, Gone, Receipt, Snapshot, Thread, Unknown
from emberwatch.vocabulary.posts import Batch, Event, Ref, Refusal

BATCH = 500
_SAMPLE_ROWS = 200
_HEAD = 4096
_SEEN_BITS = 2**27
_NOT_TEXT = {
    b"PK\x03\x04": "a zip or a spreadsheet; save it as CSV (UTF-8) first",
    b"\x1f\x8b": "compressed with gzip; unpack it first",
    b"\xff\xfe": "in UTF-16; save it as CSV (UTF-8) first",
    b"\xfe\xff": "in UTF-16; save it as CSV (UTF-8) first",
    b"%PDF": "a PDF; only NDJSON and CSV can be read",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Config:
    """The settings of one import."""

    path: str = setting("File", help="NDJSON or CSV, UTF-8.", kind="file")
    network: str = setting("Network", help="Where the posts come from, such as x or phone.", default="file")
    account: str = setting(
        "Namespace of the ids", help="Empty: the file's own name, unless a network is named.", default="", advanced=True
    )
    format: str = setting(
        "Format", default="auto", choices=(("auto", "Find out"), ("ndjson", "NDJSON"), ("csv", "CSV")), advanced=True
    )
    columns: str = setting(
        "Columns", help="One a line: text = Customer comment", default="", kind="lines", advanced=True
    )
    zone: str = setting("Time zone", help="For dates that name none, such as Europe/Dublin.", default="UTC")
    date_order: str = setting(
        "Dates like 02/03/2026", default="auto",
        choices=(("auto", "Find out"), ("month", "Month first"), ("day", "Day first")), advanced=True,
    )  # fmt: skip


class _Place(msgspec.Struct, frozen=True):
    """A cursor: `offset` bytes and `line` lines are done. `head` knows the file again by its first `seen` bytes."""

    offset: int
    line: int
    head: str
    seen: int
    made_ids: bool = False


class _Repeats:
    """How often a made-up id came before in this file, in 16 MB whatever the file's size.

    A true repeat gets -2, -3 and so on, and so is not lost. The bits may mistake a new id for a repeat, about
    once in a hundred at a million rows; it then gets -2 at once, which is as unique and, since the file is always
    counted from its beginning, as stable.
    """

    def __init__(self) -> None:
        self._bits = bytearray(_SEEN_BITS // 8)
        self._again: dict[str, int] = {}

    def name(self, made: str) -> str:
        """`made`, with its number within the file from the second time on."""
        slot = int(made[-14:], 16) % _SEEN_BITS
        byte, bit = slot >> 3, 1 << (slot & 7)
        if not self._bits[byte] & bit:
            self._bits[byte] |= bit
            return made
        self._again[made] = self._again.get(made, 1) + 1
        return f"{made}-{self._again[made]}"


class File:
    """Reads a file to its end; read again later, it goes on with what was appended."""

    spec: ClassVar[Spec] = Spec(
        name="file", label="File import", config=Config, can=frozenset({Can.FETCH}), icon="file-down",
        summary="Posts from NDJSON or CSV. Bad rows are kept aside with their line and the reason.",
        interval=timedelta(days=3650), ends=True, proof=Proof.OWN,
        notes=("Rows without an id get one from author, date and text; importing the same file again adds nothing.",),
    )  # fmt: skip

    def __init__(self, config: Config, tools: Tools) -> None:
        self._config = config

    async def check(self) -> Health:
        """Is the file there, and is there a column of text in it?"""
        try:
            form, _ = await asyncio.to_thread(self._look)
        except (Refused, Unreachable) as error:
            return Health(Condition.DEGRADED, str(error), account=Path(self._config.path).name)
        used = {ours: theirs for ours, theirs in dataclasses.asdict(form.columns).items() if theirs}
        told = ", ".join(f"{ours} from {theirs!r}" for ours, theirs in used.items())
        return Health(Condition.OK, f"Reads {told}.", account=Path(self._config.path).name)

    async def fetch(self, cursor: str | None) -> AsyncIterator[Batch]:
        """The rows after `cursor`, 500 a batch, with bytes done and in all.

        Raises Unreachable when the file cannot be opened, Refused when it is no NDJSON or CSV or has no text
        column, BadCursor when the file was replaced since.
        """
        batches = self._batches(cursor)
        while (batch := await asyncio.to_thread(next, batches, None)) is not None:
            yield batch

    def stream(self, cursor: str | None) -> AsyncIterator[Batch]:
        """A file does not stream."""
        raise cannot(self.spec, "stream")

    def webhook(self, request: RawRequest) -> Challenge | list[Event]:
        """A file sends nothing."""
        raise cannot(self.spec, "webhook")

    def may(self, action: Action, thread: Thread, now: datetime) -> Allowed | Denied:
        """Never: a file cannot be answered."""
        return denied(self.spec, action)

    async def act(self, action: Action, key: str) -> Receipt:
        """Raises Unsupported."""
        raise cannot(self.spec, verb(action))

    async def find(self, action: Action, key: str) -> Receipt | Gone | Unknown:
        """Raises Unsupported."""
        raise cannot(self.spec, verb(action))

    async def probe(self, refs: Sequence[Ref]) -> Mapping[Ref, Snapshot | Gone | Unknown]:
        """Raises Unsupported."""
        raise cannot(self.spec, "probe")

    def _batches(self, cursor: str | None) -> Iterator[Batch]:
        form, is_csv = self._look()
        with _open(self._config.path) as file:
            total = os.fstat(file.fileno()).st_size
            place = _resume(cursor, file)
            # Made-up ids carry their number within the file, which only counting from the top can tell.
            start = _Place(0, 0, "", 0) if place.made_ids else place
            repeats, made_ids = _Repeats(), place.made_ids
            found = _rows(file, is_csv, start)
            while chunk := list(islice(found, BATCH)):
                events, refused = [], []
                for row in chunk:
                    thing = _read(row, form)
                    if isinstance(thing, Event) and _made(thing, row, form):
                        thing, made_ids = _numbered(thing, repeats), True
                    if row.end <= place.offset:
                        continue
                    if isinstance(thing, Event):
                        events.append(thing)
                    else:
                        refused.append(thing)
                last = chunk[-1]
                if last.end > place.offset:
                    here = _Place(last.end, last.line + last.raw.count(b"\n"), *_head(file), made_ids)
                    yield Batch(tuple(events), msgspec.json.encode(here).decode(), tuple(refused), last.end, total)

    def _look(self) -> tuple[Form, bool]:
        """How to read the file, from its first rows, and whether it is CSV."""
        name = Path(self._config.path).name
        with _open(self._config.path) as file:
            is_csv = _is_csv(file, self._config.format, name)
            sample = [flat(row.cells) for row in islice(_rows(file, is_csv, None), _SAMPLE_ROWS) if row.cells]
            seen = dict.fromkeys(name for row in sample for name in row)
            names = rows.csv_header(rows.Lines(file))[0] if is_csv else list(seen)
        try:
            columns = guess_columns(names, _chosen(self._config.columns))
            zone = ZoneInfo(self._config.zone or "UTC")
        except (ValueError, LookupError, OSError) as error:
            raise Refused(f"The settings for {name} do not fit: {error}. Nothing was read.", code="settings") from error
        if columns.text is None or (names and columns.text not in names):
            raise Refused(
                f"{name} has no column that looks like the text of a post. Its columns are: "
                f"{', '.join(names[:30]) or 'none'}. Say which it is under Columns, for example: "
                f"text = {(names or ['body'])[0]}",
                code="no_text",
            )
        dates = (str(row.get(columns.created or "") or "") for row in sample)
        order = self._config.date_order
        named = self._config.network not in ("", "file")
        account = self._config.account or ("" if named else Path(self._config.path).stem)
        day_first = guess_day_first(dates) if order == "auto" else order == "day"
        return Form(columns, self._config.network or "file", account, zone, day_first), is_csv


def _open(path: str) -> BinaryIO:
    try:
        return open(path, "rb")
    except OSError as error:
        why = error.strerror or "unreadable"
        raise Unreachable(f"{path} could not be opened ({why}). Check the path, then try again.") from error


def _is_csv(file: BinaryIO, wanted: str, name: str) -> bool:
    start = file.read(_HEAD)
    file.seek(0)
    if not start:
        raise Refused(f"{name} is empty. Nothing was read.", code="empty")
    for mark, what in _NOT_TEXT.items():
        if start.startswith(mark):
            raise Refused(f"{name} is {what}. Nothing was read.", code="format")
    if wanted in ("csv", "ndjson"):
        return wanted == "csv"
    first = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if first == b"[":
        raise Refused(
            f"{name} is one long JSON list; it must be one object a line. "
            "`jq -c '.[]' file.json > file.ndjson` turns it into that. Nothing was read.",
            code="format",
        )
    if first == b"<":
        raise Refused(f"{name} is a web page or XML, neither NDJSON nor CSV. Nothing was read.", code="format")
    return first != b"{"


def _rows(file: BinaryIO, is_csv: bool, start: _Place | None) -> Iterator[rows.Row]:
    if not is_csv:
        return rows.json_rows(rows.Lines(file, offset=start.offset if start else 0, line=start.line if start else 0))
    top = rows.Lines(file)
    names, delimiter = rows.csv_header(top)
    going_on = start is not None and start.offset > 0
    lines = rows.Lines(file, offset=start.offset, line=start.line) if start and going_on else top
    return rows.csv_rows(lines, names, delimiter)


def _read(row: rows.Row, form: Form) -> Event | Refusal:
    if row.cells is None:
        return Refusal(row.raw, row.wrong, row.line)
    return parse_row(flat(row.cells), form, raw=row.raw, line=row.line)


def _made(event: Event, row: rows.Row, form: Form) -> bool:
    """Was the id of this event made up from its content?"""
    if form.columns.id is None:
        return True
    return event.ref.id.startswith("row-") and not str(flat(row.cells or {}).get(form.columns.id) or "").strip()


def _numbered(event: Event, repeats: _Repeats) -> Event:
    name = repeats.name(event.ref.id)
    if name == event.ref.id:
        return event
    return msgspec.structs.replace(event, ref=msgspec.structs.replace(event.ref, id=name))


def _resume(cursor: str | None, file: BinaryIO) -> _Place:
    if cursor is None:
        return _Place(0, 0, "", 0)
    try:
        place = msgspec.json.decode(cursor, type=_Place)
    except msgspec.MsgspecError as error:
        raise BadCursor("The stored place in the file cannot be read; it is read again from the top.") from error
    size = os.fstat(file.fileno()).st_size
    if size < place.offset or _head(file, place.seen)[0] != place.head:
        raise BadCursor("The file was replaced since it was last read; it is read again from the top.")
    return place


def _head(file: BinaryIO, seen: int = _HEAD) -> tuple[str, int]:
    """A print of the first bytes of the file, and how many they are."""
    start = os.pread(file.fileno(), seen, 0)
    return hashlib.blake2b(start, digest_size=12).hexdigest(), len(start)


def _chosen(lines: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in lines.splitlines() if line.strip())
    return {ours.strip(): theirs.strip() for ours, _, theirs in pairs}
