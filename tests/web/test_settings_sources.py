"""Sources in the browser: who may change them, what is never shown, what becomes of bad input."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from emberwatch.channels.registry import channels
from emberwatch.journal.models import FactRow
from emberwatch.listening.actions import sources
from emberwatch.listening.models import Aside, Source, SourceState
from emberwatch.workspaces.actions import invite, open_workspace
from emberwatch.workspaces.rules import Role

ROOT = "/w/larkfield/sources/"


@pytest.fixture
def manager(client: Client, ruth) -> Client:
    """A browser in which the manager is signed in."""
    client.force_login(ruth)
    return client


@pytest.fixture
def agent(ana) -> Client:
    """A browser in which an agent is signed in."""
    browser = Client()
    browser.force_login(ana)
    return browser


@pytest.mark.parametrize("kind", [kind for kind in channels() if kind != "file"])
def test_every_channel_has_a_form_with_all_its_settings(manager, workspace, kind):
    page = manager.get(f"{ROOT}new/{kind}/")
    assert page.status_code == 200
    for name in channels()[kind].spec.config.__dataclass_fields__:
        assert f'name="set_{name}"' in page.content.decode()


def test_adding_a_source_stores_it_with_its_secret_out_of_sight(manager, workspace):
    told = {"name": "Commons", "brand": "", "set_base_url": "http://127.0.0.1:9/practice", "set_handle": "larkfield",
            "set_token": "very-secret-token"}  # fmt: skip
    answer = manager.post(f"{ROOT}new/practice/", told, follow=True)
    source = Source.objects.within(workspace).get(name="Commons")
    assert source.settings()["token"] == "very-secret-token"
    assert "token" not in source.config
    assert "very-secret-token" not in answer.content.decode()
    assert "Commons is added" in answer.content.decode()


def test_a_secret_left_empty_is_kept_and_a_new_one_replaces_it(manager, workspace, source):
    told = {
        "name": "Practice",
        "brand": "",
        "set_base_url": "http://127.0.0.1:9/practice",
        "set_handle": "other",
        "set_token": "",
    }
    manager.post(f"{ROOT}{source.pk}/", told)
    changed = Source.objects.within(workspace).get(pk=source.pk)
    assert (changed.settings()["token"], changed.settings()["handle"]) == ("t", "other")
    manager.post(f"{ROOT}{source.pk}/", {**told, "set_token": "new"})
    assert Source.objects.within(workspace).get(pk=source.pk).settings()["token"] == "new"


def test_a_care_form_gets_a_signing_secret_of_its_own(manager, workspace):
    manager.post(
        f"{ROOT}new/webform/",
        {"name": "Care", "brand": "", "set_form": "care", "set_secret": "", "set_previous_secret": ""},
    )
    assert len(Source.objects.within(workspace).get(name="Care").settings()["secret"]) >= 32


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_stored(manager, workspace):
    page = manager.post(
        f"{ROOT}new/practice/", {"name": "Commons", "set_base_url": "", "set_handle": "x", "set_token": "y"}
    )
    assert "This field is required" in page.content.decode()
    assert not Source.objects.within(workspace).exists()


def test_a_name_that_is_taken_is_refused_in_words(manager, source):
    told = {"name": "Practice", "brand": "", "set_base_url": "http://x", "set_handle": "x", "set_token": "y"}
    assert "Another source has this name" in manager.post(f"{ROOT}new/practice/", told).content.decode()


def test_checking_asks_the_network_and_saves_nothing(manager, workspace, source):
    told = {
        "name": "Practice",
        "brand": "",
        "set_base_url": "http://127.0.0.1:9/practice",
        "set_handle": "larkfield",
        "set_token": "",
    }
    page = manager.post(f"{ROOT}{source.pk}/check/", told).content.decode()
    assert "does not work yet" in page or "does not let us in" in page
    page = manager.post(f"{ROOT}new/practice/check/", {**told, "name": "Another", "set_handle": ""}).content.decode()
    assert "Not checked yet" in page
    assert Source.objects.within(workspace).count() == 1


def test_pause_resume_and_read_again_are_facts(manager, workspace, source):
    manager.post(f"{ROOT}{source.pk}/pause/")
    assert Source.objects.within(workspace).get().state == SourceState.PAUSED
    assert "Resume it first" in manager.post(f"{ROOT}{source.pk}/backfill/", follow=True).content.decode()
    manager.post(f"{ROOT}{source.pk}/resume/")
    manager.post(f"{ROOT}{source.pk}/backfill/")
    assert Source.objects.within(workspace).get().state == SourceState.LISTENING
    told = FactRow.objects.within(workspace).filter(subject=f"source:{source.pk}").values_list("kind", flat=True)
    assert {"SourcePaused", "SourceResumed", "SourceRewound"} <= set(told)


def test_an_agent_sees_health_but_neither_settings_nor_buttons(agent, workspace, source):
    page = agent.get(f"{ROOT}{source.pk}/").content.decode()
    assert 'id="health"' in page
    assert "set_token" not in page
    for path in ("pause/", "resume/", "backfill/", "check/", ""):
        assert agent.post(f"{ROOT}{source.pk}/{path}", {"name": "x"}).status_code == 403
    for path in ("new/", "new/practice/"):
        assert agent.get(f"{ROOT}{path}").status_code == 403
    assert Source.objects.within(workspace).get().name == "Practice"


def test_health_says_what_is_wrong_in_words(manager, workspace, source):
    Source.objects.within(workspace).update(created_at=now() - timedelta(hours=2))
    sources.failed(source, "The network cannot be reached.", now=now())
    page = manager.get(ROOT).content.decode()
    assert "failing" in page
    assert "Has not been heard for 2 h: The network cannot be reached." in page


def test_a_refused_line_is_shown_as_text_and_downloaded_as_bytes(manager, workspace, source):
    raw = b'<script>alert(1)</script>\xff\x00 "'
    aside = Aside.objects.within(workspace).create(source=source, at=now(), line=7, reason="not JSON <b>", raw=raw)
    page = manager.get(f"{ROOT}{source.pk}/refused/").content.decode()
    assert "Line 7" in page
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    answer = manager.get(f"{ROOT}{source.pk}/refused/{aside.pk}/")
    assert answer.content == raw
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


def test_another_workspace_sees_nothing_of_it(source, workspace):
    other = open_workspace("otherfield", "Otherfield")
    browser = Client()
    browser.force_login(invite(other, "eve@otherfield.example", Role.MANAGER).person)
    aside = Aside.objects.within(workspace).create(source=source, at=now(), line=1, reason="x", raw=b"x")
    for slug in ("larkfield", "otherfield"):
        root = f"/w/{slug}/sources/{source.pk}/"
        for path in ("", "health/", "refused/", f"refused/{aside.pk}/"):
            assert browser.get(root + path).status_code == 404
        for path in ("", "pause/", "resume/", "backfill/", "check/"):
            assert browser.post(root + path, {"name": "x"}).status_code == 404
    assert "Practice" not in browser.get("/w/otherfield/sources/").content.decode()


def test_a_stranger_is_sent_to_sign_in(db, source):
    answer = Client().get(f"{ROOT}{source.pk}/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_a_channel_nobody_knows_is_not_found(manager, workspace):
    assert manager.get(f"{ROOT}new/telepathy/").status_code == 404
    assert manager.post(f"{ROOT}new/telepathy/check/").status_code == 404
    assert manager.post(f"{ROOT}new/file/check/", {"set_path": "/etc/passwd"}).status_code == 404


def test_no_form_takes_a_path_on_the_server(manager, workspace):
    kept = sources.add_source(
        workspace, "file", "posts.csv", {"path": "/nowhere/posts.csv"}, by="test", now=now(), listening=False
    )
    told = {"name": "posts.csv", "brand": "", "set_path": "/etc/passwd", "set_network": "x", "set_account": "",
            "set_format": "auto", "set_columns": "", "set_zone": "UTC", "set_date_order": "auto"}  # fmt: skip
    assert manager.post(f"{ROOT}{kept.pk}/", told).status_code == 302
    assert Source.objects.within(workspace).get(pk=kept.pk).config["path"] == "/nowhere/posts.csv"
