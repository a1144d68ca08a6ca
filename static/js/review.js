// Keys for a reviewer: through the rows of the list, through the filings, to the decision. Typing is never taken for one.
(function () {
  "use strict";

  const rows = Array.from(document.querySelectorAll("[data-row]"));
  let at = -1;

  function on(next) {
    if (!rows.length) { return; }
    if (at >= 0) { rows[at].classList.remove("on"); }
    at = Math.max(0, Math.min(rows.length - 1, next));
    rows[at].classList.add("on");
    const link = rows[at].querySelector("th a");
    link.focus({ preventScroll: true });
    rows[at].scrollIntoView({ block: "nearest" });
  }

  function tick() {
    const box = at >= 0 && rows[at].querySelector("input[type=checkbox]");
    if (box) { box.checked = !box.checked; }
  }

  function focus(id) {
    const field = document.getElementById(id);
    if (!field) { return; }
    const fold = field.closest("details");
    if (fold) { fold.open = true; }
    field.focus();
  }

  // On a page about one filing, ways and buttons name their own key; a button is only reached, never pressed.
  function named(key) {
    const target = document.querySelector("[data-key='" + key + "']");
    if (!target) { return false; }
    if (target.dataset.focus) { focus(target.dataset.focus); return true; }
    if (target.tagName === "A") { target.click(); return true; }
    target.focus();
    return true;
  }

  function act(key) {
    if (named(key)) { return true; }
    if (key === "j") { on(at + 1); return true; }
    if (key === "k") { on(at - 1); return true; }
    if (key === "x") { tick(); return true; }
    if (key === "a") { focus("reason"); return true; }
    return false;
  }

  document.addEventListener("keydown", function (event) {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "checkbox";
    if (event.target.type === "textarea" || typing) {
      if (event.key === "Escape") { event.target.blur(); }
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) { return; }
    if (act(event.key.toLowerCase())) { event.preventDefault(); }
  });
})();
