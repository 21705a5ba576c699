"""What an agent can do to cases from a terminal."""

from __future__ import annotations

from emberwatch.cases.models import Case
from emberwatch.cases.states import State
from emberwatch.journal.models import FactRow
from emberwatch.listening.models import Post, Source
from emberwatch.workspaces.models import Person
from tests.cli.conftest import Typed


def test_the_list_takes_the_inbox_filters(emberwatch: Typed, complaint: Case) -> None:
    (found,) = emberwatch("cases", "list", "--json").lines
    assert (found["key"], found["customer"], found["posts"], found["network"]) == ("EW-1", "Mara", 2, "practice")
    assert found["priority"] > 0
    assert found["due_at"]
    for words, count in (
        (["--query", "cracked"], 1), (["--query", "teapot"], 0), (["--network", "x"], 0), (["--severity", "4"], 0),
        (["--brand", "larkfield"], 1), (["--box", "closed"], 0), (["--tag", "crib"], 0),
    ):  # fmt: skip
        assert len(emberwatch("cases", "list", "--json", *words).lines) == count, words


def test_for_people_the_list_is_a_table_and_an_empty_one_a_sentence(emberwatch: Typed, complaint: Case) -> None:
    assert "Mara" in emberwatch("cases", "list").out
    assert "Nothing in 'Closed'" in emberwatch("cases", "list", "--box", "closed").out


def test_a_case_from_its_first_post_to_its_outcome(emberwatch: Typed, complaint: Case, ana: Person) -> None:
    assert emberwatch("cases", "assign", "EW-1", ana.email).code == 0
    assert emberwatch("cases", "note", "#1", "She called.").code == 0
    assert emberwatch("cases", "tag", "1", "Crib", "delivery").code == 0
    assert emberwatch("cases", "close", "ew-1", "--outcome", "solved", "--note", "New rail sent").code == 0
    shown = emberwatch("cases", "show", "EW-1", "--json").json
    assert (shown["state"], shown["outcome"], shown["assignee"]) == ("closed", "solved", ana.email)
    assert shown["tags"] == ["crib", "delivery"]
    assert {entry["kind"] for entry in shown["entries"]} == {"post", "note", "fact"}
    assert emberwatch("cases", "reopen", "EW-1", "--json").json["state"] == "reopened"
    facts = FactRow.objects.within(complaint.workspace).filter(subject=f"case:{complaint.pk}")
    done_by_hand = set(facts.filter(actor=ana).values_list("kind", flat=True))
    assert done_by_hand == {"CaseAssigned", "NoteWritten", "CaseTagged", "CaseClosed", "CaseReopened"}


def test_a_case_that_changed_meanwhile_is_not_closed(emberwatch: Typed, complaint: Case, ana: Person) -> None:
    emberwatch("cases", "note", "1", "Wait for the courier.")
    done = emberwatch("cases", "close", "1", "--outcome", "solved", "--seen", str(complaint.version))
    assert done.code == 1
    assert "changed since you looked" in done.err
    complaint.refresh_from_db()
    assert complaint.state_ is not State.CLOSED


def test_split_and_merge_undo_each_other(emberwatch: Typed, complaint: Case, source: Source, ana: Person) -> None:
    post = Post.objects.within(source.workspace).get(external_id="2")
    fresh = emberwatch("cases", "split", "EW-1", str(post.pk), "--json").json
    assert fresh["posts"] == 1
    merged = emberwatch("cases", "merge", fresh["key"], "EW-1", "--json").json
    assert (merged["key"], merged["posts"]) == ("EW-1", 2)
    assert emberwatch("cases", "merge", "EW-1", "EW-1").code == 1


def test_a_case_that_is_not_there(emberwatch: Typed, complaint: Case) -> None:
    for key in ("EW-99", "nonsense", "99999999999999999999"):
        done = emberwatch("cases", "show", key)
        assert (done.code, done.out) == (1, "")
        assert "no case" in done.err


def test_what_customers_write_plays_no_tricks_on_a_terminal(
    emberwatch: Typed, source: Source, complaint: Case
) -> None:
    Post.objects.within(source.workspace).update(text="\x1b[2J[red]boo[/red]", author_name="\x1b]0;pwned\x07")
    shown = emberwatch("cases", "show", "1").out
    assert "\x1b" not in shown
    assert "[red]boo[/red]" in shown
