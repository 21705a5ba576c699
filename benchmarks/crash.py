"""Killed without warning at random moments while it listens, understands and sends: nothing lost, nothing doubled.

The practice network runs apart and is the judge: what customers said there must be stored once each, and each answer
must stand there once. Customers go on talking and agents go on answering throughout; now and then the network itself
takes a post and hangs up before it says so.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

KILLS = int(os.environ.get("EMBERWATCH_BENCH_KILLS", "50"))
SEED = 11
SETTLE = 240
"""Seconds the outbox and the listener get to finish after the last kill."""


def run(data: Path | None) -> Iterator[dict[str, Any]]:
    """One line a database."""
    from benchmarks._lanes import on_each_database

    yield from on_each_database("benchmarks.crash")


class Storm:
    """Customers who complain, agents who answer, and an engine that is killed."""

    def __init__(self, rig: Any, workspace: Any, agent: Any) -> None:
        self.rig, self.workspace, self.agent = rig, workspace, agent
        self.chance = random.Random(SEED)
        self.said: list[str] = []
        self.answers: list[str] = []
        self.engine: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the engine as a user would."""
        emberwatch = Path(sys.executable).with_name("emberwatch")
        self.engine = subprocess.Popen([emberwatch, "work"], stdout=subprocess.DEVNULL, stderr=sys.stderr)

    def kill(self) -> None:
        """SIGKILL: no line of the engine runs after this one."""
        assert self.engine is not None
        self.engine.send_signal(signal.SIGKILL)
        self.engine.wait()

    def talk(self, posts: int) -> None:
        """Some customers complain; one in ten changes or takes back what they said."""
        rows = []
        for _ in range(posts):
            number = len(self.said) + len(rows)
            words = f"@larkfield order {number} came broken and nobody answers me, this is terrible"
            rows.append({"handle": f"customer{number}", "text": words})
        made = self.rig.backstage("POST", "/people/posts", posts=rows)["posts"]
        self.said += [post["id"] for post in made]
        if self.chance.random() < 0.2:
            self.rig.backstage("PATCH", f"/people/posts/{made[0]['id']}", text=rows[0]["text"] + " at all")
        if self.chance.random() < 0.1:
            self.rig.backstage("DELETE", f"/people/posts/{made[-1]['id']}")
        if self.chance.random() < 0.1:
            self.rig.backstage("POST", "/faults", kind="dropped_after_accept", only="write", times=1)

    def answer(self, most: int) -> None:
        """The agent answers some of what is in the inbox."""
        from emberwatch.cases.actions.claim import Stale
        from emberwatch.cases.models import Case
        from emberwatch.engine.clock import now
        from emberwatch.replies.actions.write import send
        from emberwatch.replies.rules import CannotSay

        fresh = Case.objects.within(self.workspace).filter(state="new").order_by("id")[:most]
        for case in fresh:
            words = f"Sorry, this is answer {len(self.answers)} for {case.customer_handle}."
            try:
                send(self.workspace, case.pk, words, way="public", by=self.agent, seen_version=case.version, now=now())
            except (Stale, CannotSay):
                continue
            self.answers.append(words)

    def rage(self) -> None:
        """All the kills."""
        done = 0
        while done < KILLS:
            self.start()
            if self.chance.random() < 0.9:
                self.await_engine()
            moment = time.monotonic() + self.chance.uniform(0.0, 2.5)
            while time.monotonic() < moment:
                self.talk(self.chance.randrange(1, 4))
                self.answer(3)
                time.sleep(0.2)
            self.kill()
            done += 1
        self.start()

    def await_engine(self) -> None:
        """Return once the engine has heard the network, so that the kill meets it at work."""
        from emberwatch.engine.clock import now
        from emberwatch.listening.models import Source

        began = now()
        deadline = time.monotonic() + 60
        heard = Source.objects.within(self.workspace).filter(last_contact_at__gt=began)
        while time.monotonic() < deadline and not heard.exists():
            self.talk(1)
            time.sleep(0.4)

    def settle(self) -> None:
        """Wait until all is heard and all is sent, or time is up."""
        from emberwatch.listening.models import Post
        from emberwatch.replies.models import Reply

        deadline = time.monotonic() + SETTLE
        while time.monotonic() < deadline:
            self.answer(50)
            rows = Reply.objects.within(self.workspace).exclude(state__in=["sent", "failed"]).count()
            heard = Post.objects.within(self.workspace).filter(ours=False, stage=1).count()
            if rows == 0 and heard >= len(self.said):
                break
            time.sleep(0.5)
        time.sleep(2)
        self.kill()

    def verdict(self) -> dict[str, Any]:
        """What the network has, against what we have."""
        from emberwatch.cases.models import CasePost
        from emberwatch.listening.models import Post
        from emberwatch.replies.models import Reply

        stored = Counter(Post.objects.within(self.workspace).filter(ours=False).values_list("external_id", flat=True))
        there = Counter(asyncio.run(self.rig.ours()))
        replies = Reply.objects.within(self.workspace)
        sent = replies.filter(state="sent").count()
        gone = "not there any more"  # the customer took the post back before the answer could go: told, not lost
        refused = set(replies.filter(state="failed", problem__contains=gone).values_list("text", flat=True))
        placed = CasePost.objects.within(self.workspace).count()
        unheard = [post for post in self.said if post not in stored]
        unsent = [text for text in self.answers if text not in there and text not in refused]
        lost = len(unheard) + len(unsent)
        doubled = sum(count - 1 for count in (*stored.values(), *there.values()))
        return {
            "name": "crash", "kills": KILLS, "lost": lost, "doubled": doubled, "posts": len(self.said),
            "cases": placed, "replies": len(self.answers), "marked_sent": sent, "refused_since_deleted": len(refused),
        }  # fmt: skip


def measure() -> None:
    """Measure in this process, on the database of its environment."""
    import django

    django.setup()
    from django.core.management import call_command

    from emberwatch.engine.clock import now
    from emberwatch.listening.actions.brands import save_brand
    from emberwatch.listening.actions.sources import add_source
    from emberwatch.workspaces.actions import invite, open_workspace
    from emberwatch.workspaces.rules import Role
    from tests.channels.rigs.practice import Rig

    call_command("migrate", verbosity=0)
    rig = Rig()
    rig.start_process()
    workspace = open_workspace("crash", "Crash")
    agent = invite(workspace, "ana@larkfield.example", Role.AGENT, name="Ana").person
    save_brand(workspace, "Larkfield", {"terms": ["larkfield"]}, by="bench", now=now())
    add_source(workspace, "practice", "Practice", rig.settings(), by="bench", now=now())
    storm = Storm(rig, workspace, agent)
    try:
        storm.rage()
        storm.settle()
        print(json.dumps(storm.verdict()), flush=True)
    finally:
        if storm.engine is not None and storm.engine.poll() is None:
            storm.kill()
        asyncio.run(rig.stop())


if __name__ == "__main__":
    measure()
