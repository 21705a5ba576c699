"use strict";
// Without this file everything works by ordinary forms and links; with it, pages keep up by themselves.
(() => {
  const body = document.body;
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  const refresh = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const list of document.querySelectorAll("[data-merge]")) {
      const other = fresh.getElementById(list.id);
      if (other) merge(list, other);
    }
    const empty = document.querySelector("main > .empty");
    if (empty && !fresh.querySelector("main > .empty")) empty.remove();
  };

  // Changes only what differs, so that focus, selection and the reader's place survive.
  const merge = (list, fresh) => {
    const had = new Map([...list.children].map((item) => [item.id, item]));
    let added = 0;
    let place = list.firstElementChild;
    for (const item of [...fresh.children]) {
      const old = had.get(item.id);
      had.delete(item.id);
      if (!old) {
        item.classList.add("new");
        list.insertBefore(item, place);
        added += 1;
        continue;
      }
      if (old !== place) list.insertBefore(old, place);
      else place = place.nextElementSibling;
      if (words(old) !== words(item)) replace(old, item);
    }
    for (const gone of had.values()) gone.remove();
    if (added && list.dataset.news) tell(added, list.dataset.news);
  };

  const replace = (old, item) => {
    const active = document.activeElement;
    const held = old.contains(active) ? active.getAttribute("aria-label")?.split(",")[0] : "";
    old.replaceWith(item);
    if (held) [...item.querySelectorAll("[aria-label]")].find((e) => e.getAttribute("aria-label").startsWith(held))?.focus();
  };

  const words = (item) => item.innerHTML.replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, "");

  const tell = (count, noun) => {
    const plural = noun === "reply" ? "replies" : `${noun}s`;
    document.getElementById("news").textContent = count === 1 ? `A new ${noun}` : `${count} new ${plural}`;
  };

  const watch = async () => {
    let seq = Number(body.dataset.seq);
    for (;;) {
      if (document.hidden) {
        await new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
      }
      try {
        const answer = await (await fetch(`${body.dataset.live}?after=${seq}`)).json();
        if (answer.seq !== seq) {
          seq = answer.seq;
          await refresh();
          await pause(400);
        }
      } catch {
        await pause(3000);
      }
    }
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-quiet]")) return;
    event.preventDefault();
    const button = event.submitter;
    if (!button || button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    const words = new FormData(form);
    if (button.name) words.set(button.name, button.value);
    try {
      await fetch(button.formAction, { method: "POST", body: words });
      await refresh();
    } catch {
      document.getElementById("news").textContent = "The network could not be reached. Try again.";
    }
    button.removeAttribute("aria-busy");
  });

  const text = document.querySelector("textarea[data-most]");
  if (text) {
    const left = document.getElementById("left");
    const cut = "Segmenter" in Intl ? new Intl.Segmenter() : null;
    const count = () => {
      const words = text.value.trim();
      const used = cut ? [...cut.segment(words)].length : [...words].length;
      const rest = Number(text.dataset.most) - used;
      left.textContent = rest < 0 ? `${-rest} too many` : `${rest} left`;
      left.classList.toggle("over", rest < 0);
    };
    text.addEventListener("input", count);
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) text.form.requestSubmit();
    });
    if (text.value) count();
  }

  document.addEventListener("keydown", (event) => {
    const who = document.getElementById("who");
    if (event.key === "Escape" && who.open) {
      who.open = false;
      who.querySelector("summary").focus();
    }
  });

  watch();
})();
