/* The inbox and an open case: the composer, presence, live updates. Needs htmx and desk.js. */
(() => {
  "use strict";
  const { $, all, on, setText, tick, exactTimes } = window.desk;
  const pane = () => $("#pane[data-case]");
  const csrf = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const post = (url, values, extra) => fetch(url, {
    method: "POST", headers: { "X-CSRFToken": csrf(), "HX-Request": "true" }, body: new URLSearchParams(values), ...extra,
  });

  /* The composer: one text for answers, another for notes, so that a note can never be sent */
  const lengths = {
    graphemes: (text) => "Segmenter" in Intl ? [...new Intl.Segmenter().segment(text)].length : [...text].length,
    characters: (text) => [...text].length,
    bytes: (text) => new TextEncoder().encode(text).length,
  };
  const answer = () => $("#answer"), note = () => $("#note");
  const writing = () => Boolean(answer()?.value.trim());
  const mode = (name, focus = true) => {
    const button = $(`#composer [data-mode="${name}"]`);
    if (!button) return;
    all("#composer [data-mode]").forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
    const isNote = name === "note";
    if ($("#answer-form")) $("#answer-form").hidden = isNote;
    if ($(".why-not")) $(".why-not").hidden = isNote;
    if ($("#note-form")) $("#note-form").hidden = !isNote;
    if (!isNote) {
      $("#way").value = name;
      $("#answer-form").classList.toggle("private", name === "private");
      $("#send").firstChild.textContent = name === "private" ? "Send privately " : "Send in public ";
    }
    count();
    if (focus) (isNote ? note() : answer())?.focus();
  };
  const count = () => {
    const counter = $("#counter"), button = $('#composer [data-mode][aria-pressed="true"]');
    if (!counter) return;
    const most = Number(button?.dataset.most || 0);
    const used = most ? lengths[button.dataset.measure](answer().value.trim()) : 0;
    counter.textContent = most ? `${used} / ${most.toLocaleString("en")}` : "";
    counter.className = `num small push${used > most ? " over" : used > most * 0.9 ? " near" : ""}`;
    if ($("#send")) $("#send").disabled = Boolean(most) && used > most;
    answer()?.setAttribute("aria-invalid", String(Boolean(most) && used > most));
  };
  let keepDraft = null, draftTimer = 0;
  const draftLater = () => {
    const field = answer(), state = $("#draft-state"), way = $("#way").value;
    clearTimeout(draftTimer);
    keepDraft = async () => {
      clearTimeout(draftTimer);
      keepDraft = null;
      try {
        const kept = await post(field.dataset.draft, { text: field.value, way }, { keepalive: field.value.length < 15000 });
        setText(state, kept.ok ? (field.value ? "Draft kept" : "") : "The draft could not be kept");
      } catch {
        setText(state, "Not kept yet: no connection");
        draftTimer = setTimeout(draftLater, 4000);
      }
    };
    draftTimer = setTimeout(() => keepDraft?.(), 700);
  };
  const noteKey = () => `note:${pane()?.dataset.root}`;
  on("input", ({ target }) => {
    if (target === answer()) { count(); draftLater(); typed(); }
    if (target === note()) { sessionStorage.setItem(noteKey(), target.value); typed(); }
  });
  document.body.addEventListener("replyKept", () => {
    clearTimeout(draftTimer); keepDraft = null;
    answer().value = ""; setText($("#draft-state"), ""); count(); answer().blur(); tell(false);
  });
  document.body.addEventListener("noteKept", () => { note().value = ""; sessionStorage.removeItem(noteKey()); note().blur(); tell(false); });

  /* An open case: keep it as it is on the server, without touching what is being written */
  let refreshTimer = 0;
  const refreshCase = () => {
    clearTimeout(refreshTimer);
    refreshTimer = setTimeout(() => {
      const open = pane();
      if (!open) return;
      const query = `since=${open.dataset.fact}&writing=${writing() ? 1 : 0}`;
      const scroll = $(".thread-scroll"), atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
      const opened = all("details[open][id]", open).map((each) => each.id);
      htmx.ajax("GET", `${open.dataset.root}/changes?${query}`, { target: "#pane", swap: "none" }).then(() => {
        if (open !== pane()) return;
        opened.forEach((id) => $(`#${id}`)?.setAttribute("open", ""));
        if (atEnd) scroll.scrollTop = scroll.scrollHeight;
        const news = $("#news");
        if (news.hidden) seen(news);
        ready(open);
      });
    }, 60);
  };
  const seen = (news) => {
    $("#seen").value = news.dataset.version;
    pane().dataset.fact = news.dataset.fact;
    news.hidden = true;
  };
  document.body.addEventListener("caseChanged", () => {
    all("dialog[open]").forEach((each) => each.close());
    all("#notices .bad").forEach((each) => each.remove());
    refreshCase();
  });

  const ready = (root) => {
    tick(); exactTimes(root);
    const back = $("#back"), query = $("#queue")?.dataset.query;
    if (back && query && !back.search) back.search = query;
  };
  let shown = null;
  const openCase = () => {
    const open = pane(), number = open?.dataset.case;
    all(".row").forEach((row) => {
      const current = row.dataset.n === number;
      row.classList.toggle("current", current);
      current ? $("a", row).setAttribute("aria-current", "true") : $("a", row).removeAttribute("aria-current");
    });
    if (!open || open === shown) return;
    shown = open;
    const scroll = $(".thread-scroll", open);
    scroll.scrollTop = scroll.scrollHeight;
    if (note()) note().value = sessionStorage.getItem(noteKey()) || "";
    mode($("#way")?.value || "note", false);
    $(".row.current")?.scrollIntoView({ block: "nearest" });
    ready(open); tell(false);
  };
  on("htmx:beforeSwap", ({ detail }) => { if (detail.target.id === "pane" && detail.xhr.status === 200 && detail.target === shown && detail.requestConfig.verb === "get" && !/changes/.test(detail.pathInfo.requestPath)) { keepDraft?.(); tell(false, true); } });
  on("htmx:oobBeforeSwap", ({ detail }) => { if ($("dialog[open], details.menu[open]", detail.target)) detail.shouldSwap = false; });
  on("htmx:afterSwap", () => openCase());
  on("htmx:afterSettle", () => { dropTwins(); openCase(); });

  /* Presence */
  let isTyping = false, typingTimer = 0;
  const tell = (typing, gone) => {
    const open = pane();
    isTyping = typing;
    if (!open || (document.hidden && !gone)) return;
    const values = gone ? { gone: 1 } : { typing: typing ? 1 : 0 };
    post(`${open.dataset.root}/presence`, values, { keepalive: true }).catch(() => {});
  };
  const typed = () => {
    clearTimeout(typingTimer);
    typingTimer = setTimeout(() => tell(false), 8000);
    if (!isTyping) tell(true);
  };
  setInterval(() => tell(isTyping), 15000);
  on("visibilitychange", () => { if (!document.hidden) tell(isTyping); });
  addEventListener("pagehide", () => { keepDraft?.(); tell(false, true); });

  /* Live updates */
  const rows = () => $("#rows");
  const empty = () => { const box = $("#rows-empty"); if (box) box.hidden = Boolean($(".row", rows())); };
  const dropTwins = () => { const known = new Set(); for (const row of all("#rows > .row")) known.has(row.id) ? row.remove() : known.add(row.id); };
  const before = (one, other) => {
    const sort = $("#queue").dataset.sort, box = $("#queue").dataset.box, a = one.dataset, b = other.dataset;
    const by = (key, up) => up ? (Number(a[key] || 9e12) - Number(b[key] || 9e12)) : Number(b[key]) - Number(a[key]);
    if (sort === "newest" || ["closed", "all", "waiting"].includes(box)) return (by("t") || by("id")) < 0;
    return ((sort === "due" ? by("d", true) : 0) || by("p") || by("id")) < 0;
  };
  const place = (html) => {
    const holder = document.createElement("ul");
    holder.innerHTML = html;
    const row = holder.firstElementChild, old = $(`#${row.id}`), focused = old?.contains(document.activeElement);
    const query = $("#queue").dataset.query, others = all(".row", rows()).filter((each) => each !== old);
    if (query) $("a", row).search = query;
    const next = others.find((other) => before(row, other)) || null;
    if (!next && $(".more", rows())) { old?.remove(); return; }
    if (!old) row.classList.add("fresh");
    old?.remove();
    rows().insertBefore(row, next || $(".more", rows()));
    htmx.process(row); exactTimes(row);
    if (focused) $("a", row).focus({ preventScroll: true });
  };
  let askedAnew = 0;
  const askAnew = () => {
    refreshCase();
    if (askedAnew) return;
    askedAnew = setTimeout(async () => {
      askedAnew = 0;
      const got = await fetch(`inbox?part=queue&${$("#queue").dataset.query}`.replace(/^/, `/w/${document.body.dataset.workspace}/`), { headers: { "HX-Request": "true" } }).catch(() => null);
      if (!got?.ok) return;
      const fresh = new DOMParser().parseFromString(await got.text(), "text/html"), focused = document.activeElement?.closest(".row")?.id;
      rows().replaceChildren(...$("#rows", fresh).children);
      all(".tabs [data-box]", $("#queue")).forEach((tab) => setText($(".count", tab), $(`[data-box="${tab.dataset.box}"] .count`, fresh)?.textContent || ""));
      htmx.process(rows()); openCase(); empty(); tick();
      if (focused) $(`#${focused} a`)?.focus({ preventScroll: true });
    }, 200 + Math.random() * 1300);
  };
  const capped = (number) => number > 1000 ? "1,000+" : number.toLocaleString("en");
  const listeners = {
    row: ({ n, html }) => { if (!("search" in $("#queue").dataset)) place(html); touched(n); },
    gone: ({ n }) => { if (!("search" in $("#queue").dataset)) $(`#case-${n}`)?.remove(); touched(n); },
    refresh: askAnew,
    counts: (counts) => {
      for (const tab of all("#queue .tabs [data-box]")) if (tab.dataset.box in counts) setText($(".count", tab), capped(counts[tab.dataset.box]));
      const here = $("#queue").dataset.box;
      if (here in counts && !("narrowed" in $("#queue").dataset)) setText($("#box-count"), capped(counts[here]));
    },
    presence: ({ n, people }) => {
      const box = $("#viewers"), me = Number(document.body.dataset.me);
      if (pane()?.dataset.case !== String(n) || !box) return;
      box.replaceChildren(...people.filter((one) => one.id !== me).map((one) => {
        const chip = document.createElement("span");
        chip.className = one.typing ? "chip watch" : "chip";
        chip.innerHTML = '<i class="pip"></i>';
        chip.append(`${one.name} is ${one.typing ? "writing" : "here"}`);
        return chip;
      }));
    },
  };
  const touched = (number) => { empty(); openCase(); if (pane()?.dataset.case === String(number)) refreshCase(); };
  let stream = null, lastId = document.body.dataset.since, again = 1000;
  const state = (name, words) => { const live = $("#live"); if (live) { live.dataset.state = name; setText($("span", live), words); } };
  const listen = () => {
    stream = new EventSource(`${document.body.dataset.live}?since=${lastId}&${$("#queue").dataset.query}`);
    const heard = (event) => { if (event.lastEventId) lastId = event.lastEventId; };
    stream.addEventListener("hello", (event) => { heard(event); again = 1000; state("live", "Live"); });
    for (const [name, listener] of Object.entries(listeners)) stream.addEventListener(name, (event) => { heard(event); listener(JSON.parse(event.data)); });
    stream.onerror = () => {
      state("lost", "Reconnecting…");
      if (stream.readyState !== EventSource.CLOSED) return;
      setTimeout(listen, again);
      again = Math.min(again * 2, 15000);
    };
  };

  on("desk:stale", () => refreshCase());
  on("click", ({ target }) => {
    const found = (selector) => target.closest(selector);
    if (found("[data-mode]")) mode(found("[data-mode]").dataset.mode);
    if (found("#news-seen")) { seen($("#news")); answer()?.focus(); }
    if (found("[data-reuse]") && answer()) { answer().value = found("[data-reuse]").dataset.reuse; mode($("#way").value); draftLater(); }
    const part = found("[data-pane]");
    if (part) {
      pane().dataset.show = part.dataset.pane;
      all("[data-pane]").forEach((each) => each.setAttribute("aria-pressed", String(each === part)));
    }
  });

  openCase();
  listen();
  addEventListener("pagehide", () => stream.close());
})();
