/* What every page of the desk has: clocks, plain words when something fails, menus, dialogs, keys. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const on = (type, listener) => document.addEventListener(type, listener);

  /* Clocks: the same words as templatetags/desk.py */
  const spanWords = (seconds) => {
    const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60);
    if (minutes < 1) return "now";
    if (minutes < 60) return `${minutes} min`;
    if (hours < 10) return `${hours} h ${String(minutes % 60).padStart(2, "0")}`;
    return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
  };
  const setText = (node, text) => { if (node && node.textContent !== text) node.textContent = text; };
  const tick = () => {
    const now = Date.now();
    for (const node of all("time[data-ago]")) {
      const words = spanWords((now - Date.parse(node.dateTime)) / 1000), suffix = node.dataset.ago;
      setText(node, !suffix ? words : words === "now" ? "just now" : `${words} ${suffix}`);
    }
    for (const node of all("time[data-left]")) {
      const seconds = (Date.parse(node.dateTime) - now) / 1000;
      setText(node, seconds < 0 ? `late ${spanWords(-seconds)}`.replace(" now", "") : spanWords(seconds));
      node.classList.toggle("hot", seconds < 900);
      node.classList.toggle("soon", seconds >= 900 && seconds < 3600);
    }
  };
  const exactTimes = (root) => {
    for (const node of all("time[datetime]", root)) {
      const words = new Date(node.dateTime).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
      node.title = "left" in node.dataset ? `due ${words}` : words;
    }
  };

  /* What went wrong, in words, where it can be seen */
  const say = (html) => {
    const box = $("dialog[open] .dialog-body") || $("#notices");
    all(".notice.bad", box).forEach((old) => old.remove());
    box.insertAdjacentHTML("afterbegin", html);
  };
  const sayPlain = (text) => {
    const holder = document.createElement("div");
    holder.innerHTML = '<div class="notice bad" role="alert"><p></p><button type="button" class="quiet" data-dismiss>Dismiss</button></div>';
    $("p", holder).textContent = text;
    say(holder.innerHTML);
  };
  const quiet = (elt) => elt.hasAttribute?.("data-quiet");
  on("htmx:responseError", ({ detail: { xhr, elt } }) => {
    const html = xhr.responseText.trim();
    if (xhr.status === 401) return sayPlain(html);
    if (quiet(elt)) return;
    if (xhr.status >= 500 || !html) sayPlain("Something went wrong on our side. Nothing was sent, and your text is kept. Try again.");
    else if (html.startsWith("<!")) sayPlain($(".empty p", new DOMParser().parseFromString(html, "text/html"))?.textContent || "That is not possible.");
    else say(html);
    if (xhr.status === 409) document.dispatchEvent(new Event("desk:stale"));
  });
  on("htmx:sendError", ({ detail: { elt } }) => quiet(elt) || sayPlain("The desk cannot be reached. Nothing was sent, and your text is kept. Try again when the connection is back."));

  /* Keys */
  const root = () => `/w/${document.body.dataset.workspace}`;
  const move = (step) => {
    const links = all("#rows .row > a");
    if (!links.length) return;
    const at = links.findIndex((link) => link === document.activeElement);
    const from = at >= 0 ? at : links.findIndex((link) => link.parentElement.classList.contains("current"));
    const next = links[Math.max(0, Math.min(links.length - 1, from < 0 ? 0 : from + step))];
    next.focus(); next.scrollIntoView({ block: "nearest" });
  };
  const press = (selector) => $(selector)?.click();
  const show = (id) => {
    const dialog = $(`#${id}`);
    if (!dialog || dialog.open) return;
    all("details.menu[open]").forEach((menu) => { menu.open = false; });
    dialog.showModal();
    ($("[autofocus]", dialog) || $(":checked", dialog) || $("input:not([type=hidden])", dialog) || dialog).focus();
  };
  const nextSort = () => {
    const select = $("#sort");
    if (!select) return;
    select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
    select.form.submit();
  };
  const keys = {
    j: () => move(1), k: () => move(-1), r: () => press('[data-mode="public"]'), p: () => press('[data-mode="private"]'), n: () => press('[data-mode="note"]'),
    a: () => press("#assign-me"), w: () => press("#wait-button"), e: () => $("#close-dialog") ? show("close-dialog") : press("#reopen-button"),
    t: () => show("tags-dialog"), o: () => { const menu = $("#more-menu"); if (menu) { menu.open = !menu.open; $("button", menu)?.focus(); } },
    s: nextSort, "/": () => { $("#search")?.focus(); $("#search")?.select(); }, "?": () => show("help"),
  };
  const going = { i: "/inbox", s: "/sources/", m: "/mentions/" };
  let goes = 0;
  on("keydown", (event) => {
    const { key, target } = event, field = target.closest("input:not([type=radio],[type=checkbox]), textarea, select");
    if (key === "Enter" && (event.ctrlKey || event.metaKey) && target.form?.closest("#composer")) {
      event.preventDefault();
      if (!$("button.go", target.form).disabled) target.form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (key === "Escape") {
      const menu = target.closest("details.menu[open]");
      if (menu) { menu.open = false; $("summary", menu).focus(); } else if (field) target.blur();
      return;
    }
    const dialog = $("dialog[open]");
    if (field) return;
    if (dialog) {
      const choice = $(`[data-digit="${key}"]`, dialog);
      if (choice) { event.preventDefault(); choice.checked = true; choice.focus(); }
      return;
    }
    if (!document.body.dataset.workspace) return;
    const tab = /^[1-7]$/.test(key) && all("#queue .tabs a")[Number(key) - 1];
    const act = Date.now() - goes < 1500 ? going[key] && (() => location.assign(root() + going[key])) : tab ? () => tab.click() : keys[key];
    goes = key === "g" ? Date.now() : 0;
    if (act) { event.preventDefault(); act(); }
  });

  on("click", (event) => {
    const target = event.target, found = (selector) => target.closest(selector);
    all("details.menu[open]").forEach((menu) => { if (!menu.contains(target) || found(".menu-body button")) menu.open = false; });
    if (found("[data-dismiss]")) found(".notice").remove();
    if (found("[data-help]")) show("help");
    if (found("[data-dialog]")) show(found("[data-dialog]").dataset.dialog);
    if (found("[data-close]")) found("dialog").close();
  });

  exactTimes(document);
  $(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  setInterval(tick, 5000);
  setTimeout(() => all("#notices > .good").forEach((told) => told.remove()), 10000);
  window.desk = { $, all, on, setText, tick, exactTimes };
})();
