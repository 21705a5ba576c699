// Each slider moves the number beside it, and follows it; the number is what is sent.
"use strict";
document.addEventListener("input", ({ target }) => {
  const slider = target.matches("[data-slides]");
  const other = slider ? document.getElementById(target.dataset.slides) : document.querySelector(`[data-slides="${target.id}"]`);
  if (!other) return;
  other.value = target.value;
  if (slider) other.dispatchEvent(new Event("input", { bubbles: true }));
});
