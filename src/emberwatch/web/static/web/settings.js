// Shows how much of a chosen file has been sent. Without this script the form is sent as any other.
"use strict";
for (const form of document.querySelectorAll("form[data-upload]")) {
  const box = form.querySelector("[data-upload-progress]");
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-upload-words]");
  const tell = (text) => { words.textContent = text; };
  form.addEventListener("submit", (event) => {
    if (!form.querySelector("input[type=file]").files.length) return;
    event.preventDefault();
    const call = new XMLHttpRequest();
    const button = form.querySelector("button.go");
    box.hidden = false;
    button.disabled = true;
    call.upload.addEventListener("progress", (sent) => {
      if (!sent.lengthComputable) return;
      const share = Math.round((100 * sent.loaded) / sent.total);
      bar.value = share;
      tell(share < 100 ? `${share} % sent` : "Sent. Looking at the file…");
    });
    call.addEventListener("load", () => {
      const next = call.getResponseHeader("X-Next");
      if (next) { location.assign(next); return; }
      const page = new DOMParser().parseFromString(call.responseText, "text/html");
      const fresh = page.querySelector("form[data-upload]");
      button.disabled = false;
      if (!fresh) { tell("The server could not take the file. Nothing was imported; try again."); return; }
      for (const field of form.querySelectorAll(".field")) {
        const control = field.querySelector("input, select, textarea");
        const said = fresh.querySelector(`[id="${control.id}_error"]`);
        const old = field.querySelector(".error");
        if (old) old.remove();
        control.toggleAttribute("aria-invalid", Boolean(said));
        if (said) { control.setAttribute("aria-invalid", "true"); field.append(said); }
      }
      box.hidden = true;
    });
    call.addEventListener("error", () => {
      button.disabled = false;
      tell("The connection was lost. Nothing was imported; try again.");
    });
    call.open("POST", location.href);
    call.setRequestHeader("X-Upload", "1");
    call.send(new FormData(form));
  });
}
