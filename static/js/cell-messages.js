/* What the page says about one cell, built as elements: what is wrong, both values of a conflict, what is asked. */
(function () {
  "use strict";

  function line(kind, label, text) {
    const made = document.createElement("p");
    made.className = kind;
    if (label) {
      const name = document.createElement("b");
      name.textContent = label;
      made.append(name, "：");
    }
    made.append(text);
    return made;
  }

  function button(words, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn small";
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  }

  function conflict(cell, label, told) {
    const who = told.by ? told.by + "在 " + told.at + " 改成了" : "别人刚改成了";
    const made = line("bad", label, "✗ " + who + "“" + (told.theirs || "空") + "”，您填的是“" + (cell.value || "空") + "”。");
    made.append(
      button("用我的", function () { window.entry.choose(cell.name, true); }), " ",
      button("用对方的", function () { window.entry.choose(cell.name, false); })
    );
    return made;
  }

  function reply(name) {
    const made = document.createElement("p");
    made.className = "reply";
    const tick = document.createElement("label");
    tick.className = "tick";
    const box = Object.assign(document.createElement("input"), { type: "checkbox", name: "ok", value: name });
    tick.append(box, " 属实");
    const why = document.createElement("label");
    const field = Object.assign(document.createElement("input"), { className: "inp", name: "why." + name, maxLength: 200 });
    why.append("或说明原因 ", field);
    made.append(tick, " ", why);
    return made;
  }

  // `note` {error, conflict}; `asks` all questions about the cell, `open` those without an answer.
  window.cellMessages = function (cell, note, asks, open) {
    const label = cell.closest("table") ? cell.dataset.cell : "";
    const lines = [];
    if (note.error) { lines.push(line("bad", label, "✗ " + note.error)); }
    if (note.conflict) { lines.push(conflict(cell, label, note.conflict)); }
    asks.forEach(function (ask) {
      lines.push(ask.reason ? line("fine", label, ask.sentence + "——" + ask.reason) : line("query", label, "？ " + ask.sentence));
    });
    if (open.length) { lines.push(reply(cell.name)); }
    return lines;
  };
})();
