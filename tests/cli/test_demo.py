"""The workspace to practise in, and a busy day on its network."""

from __future__ import annotations

import stat

import pytest
from django.conf import settings
from django.contrib.auth import authenticate

from emberwatch.cli.opening import open_practice_workspace
from emberwatch.listening.models import Brand, Source
from emberwatch.practice.models import Post
from emberwatch.workspaces.actions import members, open_workspace
from emberwatch.workspaces.models import Workspace
from tests.cli.conftest import Typed

pytestmark = pytest.mark.django_db
HERE, THERE = "http://127.0.0.1:8000", "http://127.0.0.1:8080"


def test_the_practice_workspace_is_furnished_once_and_follows_the_port() -> None:
    for url in (HERE, HERE, THERE):
        open_practice_workspace(url)
    workspace = Workspace.objects.get()
    assert len(members(workspace)) == 8
    assert Brand.objects.within(workspace).get().terms
    sources = {source.channel: source for source in Source.objects.within(workspace)}
    assert sources.keys() == {"practice", "webform"}
    assert sources["practice"].config["base_url"] == f"{THERE}/practice"
    assert sources["practice"].secrets["token"]
    assert Post.objects.exists()


def test_its_people_sign_in_with_the_password_in_the_file() -> None:
    open_practice_workspace(HERE, story=False)
    file = settings.HOME / "practice-sign-in.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    password = file.read_text().split()[-1]
    assert authenticate(None, email="ana@larkfield.example", password=password) is not None


def test_where_a_company_works_nothing_is_opened() -> None:
    open_workspace("acme", "Acme Ltd")
    open_practice_workspace(HERE)
    assert Workspace.objects.get().slug == "acme"


def test_a_day_is_told_once(emberwatch: Typed) -> None:
    open_practice_workspace(HERE)
    before = Post.objects.count()
    first = emberwatch("demo", "--posts", "60", "--seed", "7", "--json")
    assert first.json["told"] > 50
    after = Post.objects.count()
    assert after > before + 10
    emberwatch("demo", "--posts", "60", "--seed", "7")
    assert Post.objects.count() == after
    emberwatch("demo", "--posts", "60", "--seed", "8")
    assert Post.objects.count() > after


def test_without_a_practice_workspace_there_is_no_demo(emberwatch: Typed, workspace: Workspace) -> None:
    workspace.slug = "acme"
    workspace.save()
    done = emberwatch("demo")
    assert done.code == 1
    assert "emberwatch run" in done.err
