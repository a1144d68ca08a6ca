/* A table to type in as in Excel: arrows, Enter and Tab; blocks pasted; rows added, deleted with undo, sorted, summed. */
(function () {
  "use strict";

  const entry = window.entry;
  const grid = document.getElementById("grid");
  if (!entry) { return; }

  const UNDO = 8000;
  const deleting = new Map();

  function bodies() { return grid ? Array.from(grid.tBodies).filter(function (body) { return !body.hidden; }) : []; }
  function lines() { return grid ? bodies().map(inputs) : entry.cells().map(function (cell) { return [cell]; }); }
  function inputs(body) { return Array.from(body.querySelectorAll("[data-cell]")); }

  function position(cell) {
    const all = lines();
    const row = all.findIndex(function (line) { return line.includes(cell); });
    return { all: all, row: row, column: row < 0 ? -1 : all[row].indexOf(cell) };
  }

  function go(cell, down, right) {
    const at = position(cell);
    const line = at.all[at.row + down];
    const next = line && line[at.column + right];
    if (!next) { return false; }
    next.focus();
    if (next.select) { next.select(); }
    return true;
  }

  // Arrows leave a cell only where the caret cannot go on; a list of words keeps its own.
  function way(event) {
    const cell = event.target;
    const typing = cell.tagName === "INPUT";
    const all = typing && cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    const start = !typing || all || (cell.selectionStart === 0 && cell.selectionEnd === 0);
    const end = !typing || all || cell.selectionStart === cell.value.length;
    const ways = { ArrowUp: typing && [-1, 0], ArrowDown: typing && [1, 0], ArrowLeft: start && [0, -1], ArrowRight: end && [0, 1] };
    if (event.key === "Enter") { return [event.shiftKey ? -1 : 1, 0]; }
    return (grid && ways[event.key]) || null;
  }

  entry.form.addEventListener("keydown", function (event) {
    const cell = event.target;
    if (event.isComposing || event.keyCode === 229 || !cell.dataset.cell || event.ctrlKey || event.altKey || event.metaKey) { return; }
    if (event.key === "Escape") { entry.set(cell, entry.was(cell.name)); entry.touch(cell); entry.changed(); return; }
    const step = way(event);
    if (!step) { return; }
    if (event.key === "Enter" && grid && step[0] === 1) { spare(); }
    if (go(cell, step[0], step[1]) || event.key === "Enter") { event.preventDefault(); }
  });

  // Text as Excel and WPS put it on the clipboard: tabs and line ends; a cell with either stands in quotes.
  function block(text) {
    const rows = [[""]];
    let quoted = false;
    const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
    for (let at = 0; at < source.length; at += 1) {
      const line = rows[rows.length - 1];
      const letter = source[at];
      if (letter === '"' && (quoted || line[line.length - 1] === "")) {
        if (quoted && source[at + 1] === '"') { line[line.length - 1] += '"'; at += 1; } else { quoted = !quoted; }
      } else if (!quoted && letter === "\t") { line.push(""); }
      else if (!quoted && letter === "\n") { rows.push([""]); }
      else { line[line.length - 1] += letter === "\n" ? " " : letter; }
    }
    return rows;
  }

  entry.form.addEventListener("paste", function (event) {
    const cell = event.target;
    const text = (event.clipboardData || window.clipboardData).getData("text");
    if (!cell.dataset || !cell.dataset.cell || (!/[\t\n]/.test(text.trim()) && cell.tagName === "INPUT")) { return; }
    event.preventDefault();
    fill(cell, block(text));
  });

  function fill(cell, rows) {
    const at = position(cell);
    rows.forEach(function (texts, down) {
      if (grid && at.row + down >= lines().length) { addRow(); }
      const line = lines()[at.row + down] || [];
      texts.forEach(function (text, right) {
        const target = line[at.column + right];
        if (target) { entry.set(target, text.trim()); entry.touch(target); }
      });
    });
    if (grid) { spare(); sum(); }
    entry.changed();
    entry.send();
  }

  // Rows

  function relabel(body, from, to) {
    body.dataset.row = to;
    const old = new RegExp("(^|[ .-])" + from + "(?=$|[ .-])", "g");
    [body].concat(Array.from(body.querySelectorAll("*"))).forEach(function (element) {
      ["id", "name", "for", "value", "aria-describedby", "data-says"].forEach(function (attribute) {
        const isCell = attribute === "value" && element.name !== "delete" && element.name !== "ok" && element.name !== "theirs";
        const text = isCell ? null : element.getAttribute(attribute);
        const head = text === null ? null : text.startsWith("why." + from) ? "why." : "";
        if (text !== null) { element.setAttribute(attribute, head + text.slice(head.length).replace(old, "$1" + to)); }
      });
    });
  }

  function isBlank(body) { return inputs(body).every(function (cell) { return !cell.value.trim(); }); }

  function addRow() {
    const last = grid.tBodies[grid.tBodies.length - 1];
    const made = last.cloneNode(true);
    const next = 1 + Math.max.apply(null, [0].concat(Array.from(grid.tBodies, function (body) {
      return body.dataset.row.startsWith("new") ? Number(body.dataset.row.slice(3)) : 0;
    })));
    relabel(made, last.dataset.row, "new" + Math.max(next, made_rows += 1));
    made.hidden = false;
    made.className = "";
    made.querySelectorAll(".last, .says > *").forEach(function (old) { old.remove(); });
    inputs(made).forEach(function (cell) {
      cell.value = "";
      cell.classList.remove("faulty", "ask", "why");
      cell.removeAttribute("aria-invalid");
    });
    made.querySelector("[name=delete]").checked = false;
    grid.insertBefore(made, grid.tFoot);
    return made;
  }
  let made_rows = 1;

  function spare() {
    const last = grid.tBodies[grid.tBodies.length - 1];
    if (!last || last.hidden || !isBlank(last)) { addRow(); }
  }

  function strike(body) {
    const row = body.dataset.row;
    const neighbour = bodies()[bodies().indexOf(body) + 1] || bodies()[bodies().indexOf(body) - 1];
    body.hidden = true;
    const timer = window.setTimeout(function () { finish(row); }, UNDO);
    deleting.set(row, { body: body, timer: timer, notice: undoLine(row, body) });
    spare();
    sum();
    if (neighbour) { inputs(neighbour)[0].focus(); }
  }

  function undoLine(row, body) {
    const line = document.createElement("p");
    line.className = "notice undo";
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn small", textContent: "撤销" });
    button.addEventListener("click", function () { undo(row); });
    line.append("已删除“" + (inputs(body)[0].value || "新行") + "” ", button);
    document.getElementById("notices").append(line);
    return line;
  }

  function undo(row) {
    const kept = deleting.get(row);
    window.clearTimeout(kept.timer);
    deleting.delete(row);
    kept.notice.remove();
    kept.body.hidden = false;
    kept.body.querySelector("[name=delete]").checked = false;
    inputs(kept.body)[0].focus();
    sum();
  }

  function finish(row) {
    const kept = deleting.get(row);
    if (!kept) { return; }
    window.clearTimeout(kept.timer);
    deleting.delete(row);
    kept.notice.remove();
    entry.forget(row);
    kept.body.remove();
    if (!row.startsWith("new")) { entry.remove(row); }
  }

  // Sorting and totals

  function amount(text) {
    const found = text.trim().replace(/,/g, "");
    return /^-?\d+(\.\d+)?$/.test(found) ? Number(found) : null;
  }

  function sum() {
    const shown = bodies().filter(function (body) { return !isBlank(body); });
    document.getElementById("count").textContent = shown.length;
    grid.querySelectorAll("[data-total]").forEach(function (place) {
      const found = shown.map(function (body) { return body.querySelector('[data-number][name$=".' + place.dataset.total + '"]'); });
      const known = found.filter(Boolean).map(function (cell) { return amount(cell.value); }).filter(function (n) { return n !== null; });
      const total = known.reduce(function (a, b) { return a + b; }, 0);
      place.textContent = known.length ? String(Math.round(total * 100) / 100) : "";
    });
  }

  function sortable(head, column) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "sort" });
    button.append.apply(button, Array.from(head.childNodes));
    button.title = "按此列排序";
    head.append(button);
    button.addEventListener("click", function () { sort(head, column); });
  }

  function sort(head, column) {
    const up = head.getAttribute("aria-sort") !== "ascending";
    grid.querySelectorAll("[aria-sort]").forEach(function (other) { other.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const filled = bodies().filter(function (body) { return !isBlank(body); });
    filled.sort(function (a, b) { return (up ? 1 : -1) * compare(inputs(a)[column].value, inputs(b)[column].value); });
    filled.reverse().forEach(function (body) { grid.insertBefore(body, grid.tBodies[0]); });
  }

  function compare(a, b) {
    const x = amount(a);
    const y = amount(b);
    return x !== null && y !== null ? x - y : a.localeCompare(b, "zh-CN", { numeric: true });
  }

  if (grid) {
    entry.relabel = relabel;
    entry.ensure = function (row) {
      if (!row.startsWith("new")) { return; }
      while (!grid.querySelector('[data-row="' + row + '"]') && made_rows < 2000) { addRow(); }
    };
    Array.from(grid.tHead.rows[0].cells).slice(0, -1).forEach(sortable);
    grid.addEventListener("input", function () { spare(); sum(); });
    grid.addEventListener("change", function (event) {
      if (event.target.name === "delete" && event.target.checked) { strike(event.target.closest("tbody")); }
    });
    entry.form.addEventListener("entry:flush", function () { Array.from(deleting.keys()).forEach(finish); });
    entry.form.addEventListener("entry:settled", sum);
    sum();
  }
})();
