/* Saves a section as it is typed. What was not answered yet stays in this browser and is sent again, with the same key,
   until the server says what became of it. Without this script the form's button does the same. */
(function () {
  "use strict";

  const form = document.getElementById("entry");
  const state = document.getElementById("state");
  if (!form || !window.session) { return; }

  const DRAFT = form.dataset.draft;
  const SOON = 600;
  const LONGEST_WAIT = 30;
  const saved = JSON.parse(form.elements.was.value || "{}"); // {cell: text as stored}
  const refused = {}; // {cell: text the server could not take}
  const notes = {}; // {cell: {error, conflict, asks}}
  let version = Number(form.elements.version.value);
  let answers = { ok: [], why: {} };
  let removed = [];
  let flight = null; // sent, and not answered yet
  let timer = 0;
  let wait = 2;

  function cells() { return Array.from(form.querySelectorAll("[data-cell]")); }
  function rowOf(name) { return name.slice(0, name.indexOf(".")); }
  function isNew(row) { return row.startsWith("new"); }
  function was(name) { return saved[name] || ""; }
  function field(name) { const found = form.elements[name]; return found && found.dataset ? found : null; }

  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, function (byte) { return byte.toString(16).padStart(2, "0"); }).join("");
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
  }

  // {cell: text} that is to be sent; a new row goes as a whole, for it can only be stored with its key.
  function typed() {
    const found = {};
    const fresh = {};
    cells().forEach(function (cell) {
      const text = cell.value.trim();
      if (text === was(cell.name) || refused[cell.name] === text || cell.closest("tbody[hidden]")) { return; }
      found[cell.name] = text;
      if (isNew(rowOf(cell.name))) { fresh[rowOf(cell.name)] = true; }
    });
    cells().forEach(function (cell) {
      if (fresh[rowOf(cell.name)] && cell.value.trim()) { found[cell.name] = cell.value.trim(); }
    });
    return found;
  }

  function collect() {
    const sent = typed();
    const names = Object.keys(sent);
    if (!names.length && !removed.length && !answers.ok.length && !Object.keys(answers.why).length) { return null; }
    const shown = {};
    names.forEach(function (name) { shown[name] = was(name); });
    Object.keys(saved).forEach(function (name) { if (removed.includes(rowOf(name))) { shown[name] = saved[name]; } });
    const body = new URLSearchParams({ version: version, key: newKey(), was: JSON.stringify(shown) });
    names.forEach(function (name) { body.append(name, sent[name]); });
    removed.forEach(function (row) { body.append("delete", row); });
    answers.ok.forEach(function (name) { body.append("ok", name); });
    Object.keys(answers.why).forEach(function (name) { body.append("why." + name, answers.why[name]); });
    removed = [];
    answers = { ok: [], why: {} };
    return { body: body.toString(), sent: sent };
  }

  // What is not stored yet, in this browser only; gone as soon as it is.
  function keep() {
    const open = typed();
    const names = Object.keys(open);
    try {
      if (!names.length && !flight) { window.localStorage.removeItem(DRAFT); return; }
      const shown = {};
      names.forEach(function (name) { shown[name] = was(name); });
      window.localStorage.setItem(DRAFT, JSON.stringify({ flight: flight, cells: open, was: shown, version: version }));
    } catch (error) { return; }
  }

  function say(words, kind) {
    state.textContent = words;
    state.className = "save-state" + (kind ? " " + kind : "");
  }

  function soon(delay) {
    window.clearTimeout(timer);
    timer = window.setTimeout(send, delay);
  }

  function send() {
    window.clearTimeout(timer);
    if (flight) { return; }
    flight = collect();
    if (flight) { post(); }
  }

  function post() {
    keep();
    say("正在保存……");
    const small = flight.body.length < 60000;
    window.session.fetch(form.action, {
      method: "POST", body: flight.body, keepalive: small,
      headers: { "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8" }
    }).then(heard, later);
  }

  function heard(answer) {
    const known = (answer.ok || answer.status === 409) && (answer.headers.get("Content-Type") || "").includes("json");
    if (!known) { later(); return; }
    answer.json().then(function (told) {
      wait = 2;
      if (told.closed) { closed(told.closed); } else { settle(told); }
    }, later);
  }

  function later() {
    say("没有存上：连不上服务器，" + wait + " 秒后再试。填的内容留在本机，不会丢。", "bad");
    window.clearTimeout(timer);
    timer = window.setTimeout(again, wait * 1000);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  function again() {
    if (flight) { post(); } else { send(); }
  }

  function closed(sentence) {
    flight = null;
    say("没有存入", "bad");
    notice(sentence);
  }

  function notice(sentence) {
    const line = document.createElement("p");
    line.className = "notice";
    line.textContent = sentence;
    const place = document.getElementById("notices");
    place.textContent = "";
    place.append(line);
    return line;
  }

  // The server's answer: what stands, what does not and why, what is asked.
  function settle(told) {
    const sent = flight ? flight.sent : {};
    flight = null;
    version = told.version;
    Object.keys(told.stored).forEach(function (name) { stand(name, told.stored[name], sent[name]); });
    Object.keys(told.errors).forEach(function (name) { refuse(name, sent[name], { error: told.errors[name] }); });
    Object.keys(told.conflicts).forEach(function (name) {
      saved[name] = told.conflicts[name].theirs;
      refuse(name, sent[name], { conflict: told.conflicts[name] });
    });
    Object.keys(told.asks).forEach(function (row) { ask(row, told.asks[row]); });
    Object.keys(told.rows).forEach(function (row) { rename(row, String(told.rows[row])); });
    if (told.all) { catchUp(told.all); }
    form.dispatchEvent(new CustomEvent("entry:settled", { detail: told }));
    count(told);
    keep();
    finish(told);
  }

  function finish(told) {
    const open = cells().filter(function (cell) { return cell.name in refused && refused[cell.name] === cell.value.trim(); });
    if (Object.keys(typed()).length || removed.length) { say("未保存"); soon(SOON); return; }
    if (open.length) { say(open.length + " 处没有存入，见红色说明" + (told.at ? "；其余已保存 " + told.at : ""), "bad"); return; }
    if (told.at) { say("已保存 " + told.at, "good"); judge(); } else { say("没有要保存的改动"); }
  }

  function set(cell, text) {
    if (cell.options && !Array.from(cell.options).some(function (option) { return option.value === text; })) {
      cell.add(new Option(text, text));
    }
    cell.value = text;
  }

  function stand(name, text, sent) {
    const cell = field(name);
    const before = was(name);
    saved[name] = text;
    delete refused[name];
    if (!cell) { return; }
    // Typed on while the save was under way: that stays, and is sent next.
    if (cell.value.trim() === (sent === undefined ? before : sent)) { set(cell, text); }
    notes[name] = { asks: (notes[name] || {}).asks };
    render(name);
  }

  function refuse(name, text, why) {
    refused[name] = text === undefined ? (field(name) ? field(name).value.trim() : "") : text;
    notes[name] = Object.assign({ asks: (notes[name] || {}).asks }, why);
    render(name);
  }

  function ask(row, asks) {
    cells().filter(function (cell) { return rowOf(cell.name) === row; }).forEach(function (cell) {
      notes[cell.name] = notes[cell.name] || {};
      notes[cell.name].asks = asks.filter(function (each) { return each.cell === cell.name; });
      render(cell.name);
    });
  }

  // Others saved meanwhile: cells nobody touched here show what stands now.
  function catchUp(all) {
    const rows = new Set(Object.keys(all).map(rowOf));
    const here = new Set(cells().map(function (cell) { return rowOf(cell.name); }));
    cells().forEach(function (cell) {
      const name = cell.name;
      if (!(name in all) || all[name] === was(name)) { return; }
      const untouched = cell.value.trim() === was(name);
      saved[name] = all[name];
      if (untouched) { set(cell, all[name]); } else if (!(name in refused)) {
        refuse(name, cell.value.trim(), { conflict: { theirs: all[name], by: "", at: "" } });
      }
    });
    const added = Array.from(rows).some(function (row) { return !here.has(row); });
    const gone = Array.from(here).some(function (row) { return !isNew(row) && row !== "one" && !rows.has(row); });
    if (added || gone) { notice("别人刚才" + (added ? "增加" : "删除") + "了行。保存完您的内容后刷新页面可见。"); }
  }

  // The row got its number: its cells are named by it from now on. Sent twice, it may be on the page already.
  function rename(from, to) {
    const body = form.querySelector('[data-row="' + from + '"]');
    if (!body) { return; }
    const double = form.querySelector('[data-row="' + to + '"]');
    [saved, refused, notes].forEach(function (table) {
      Object.keys(table).filter(function (name) { return rowOf(name) === from; }).forEach(function (name) {
        table[to + name.slice(from.length)] = table[name];
        delete table[name];
      });
    });
    if (double) { body.remove(); return; }
    window.entry.relabel(body, from, to);
  }

  function count(told) {
    const place = document.getElementById("progress");
    if (!place) { return; }
    place.textContent = told.filled + "/" + told.asked;
    place.className = "count " + (told.filled === told.asked ? "say-met" : "say-ask");
  }

  function judge() {
    const panel = document.getElementById("verdicts");
    if (!panel || !form.dataset.verdicts) { return; }
    window.session.fetch(form.dataset.verdicts, { headers: { "Accept": "text/html" } }).then(function (answer) {
      return answer.ok ? answer.text() : "";
    }).then(function (text) {
      if (!text) { return; }
      const before = new Set(Array.from(panel.querySelectorAll("li"), function (line) { return line.textContent; }));
      const unfolded = panel.querySelector("details[open]") !== null;
      panel.replaceChildren.apply(panel, Array.from(new DOMParser().parseFromString(text, "text/html").body.childNodes));
      panel.querySelectorAll("li").forEach(function (line) {
        line.classList.toggle("changed", before.size > 0 && !before.has(line.textContent));
      });
      if (unfolded && panel.querySelector("details")) { panel.querySelector("details").open = true; }
      const changed = panel.querySelector("li.changed");
      document.getElementById("judged").textContent = changed ? changed.textContent.replace(/\s+/g, " ").trim() : "";
    }).catch(function () { return null; });
  }

  // What stands under one cell.
  function render(name) {
    const cell = field(name);
    const place = form.querySelector('[data-says="' + name + '"]');
    if (!cell || !place) { return; }
    const note = notes[name] || {};
    const asks = note.asks || [];
    const open = asks.filter(function (each) { return !each.reason; });
    Array.from(place.children).forEach(function (line) { if (!("keep" in line.dataset)) { line.remove(); } });
    const lines = window.cellMessages(cell, note, asks, open);
    place.prepend.apply(place, lines);
    const wrong = Boolean(note.error || note.conflict);
    cell.classList.toggle("faulty", wrong);
    cell.classList.toggle("ask", !wrong && (open.length > 0 || place.querySelector("[data-keep]") !== null));
    cell.classList.toggle("why", ["不适用", "不详"].includes(cell.value));
    if (wrong) { cell.setAttribute("aria-invalid", "true"); } else { cell.removeAttribute("aria-invalid"); }
  }

  // Both values are shown; whoever chooses decides for this cell only.
  function choose(name, mine) {
    const cell = field(name);
    delete refused[name];
    notes[name] = { asks: (notes[name] || {}).asks };
    if (!mine) { set(cell, saved[name]); }
    render(name);
    cell.focus();
    changed();
    send();
  }

  function changed() {
    say("未保存");
    keep();
  }

  function restore() {
    let draft = null;
    try { draft = JSON.parse(window.localStorage.getItem(DRAFT)); } catch (error) { return; }
    if (!draft) { return; }
    version = Math.min(version, draft.version);
    const sent = (draft.flight || {}).sent || {};
    [sent, draft.cells].forEach(function (texts) {
      Object.keys(texts).forEach(function (name) {
        window.entry.ensure(rowOf(name));
        if (field(name)) { set(field(name), texts[name]); }
      });
    });
    Object.keys(draft.was).forEach(function (name) { saved[name] = draft.was[name]; });
    flight = draft.flight;
    notice("上次有内容没来得及存，已经放回原处，正在保存。");
    again();
  }

  form.addEventListener("input", function (event) {
    if (!event.target.dataset.cell) { return; }
    delete refused[event.target.name];
    changed();
    if (!event.isComposing) { soon(event.target.tagName === "SELECT" ? 50 : 4000); }
  });
  form.addEventListener("change", function (event) {
    const target = event.target;
    if (target.name === "ok" && target.checked) { answers.ok.push(target.value); send(); }
    else if (target.name.startsWith("why.") && target.value.trim()) { answers.why[target.name.slice(4)] = target.value; send(); }
    else if (target.name === "theirs") { choose(target.value, false); }
    else if (target.dataset.cell) { soon(50); }
  });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    form.dispatchEvent(new CustomEvent("entry:flush"));
    if (flight) { wait = 2; window.clearTimeout(timer); post(); return; }
    flight = collect();
    if (flight) { post(); } else { finish({ at: "" }); }
  });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") { form.dispatchEvent(new CustomEvent("entry:flush")); send(); }
  });
  window.addEventListener("online", function () { wait = 2; again(); });
  window.addEventListener("DOMContentLoaded", function () { restore(); judge(); });

  window.entry = {
    form: form, cells: cells, set: set, send: send, soon: soon, changed: changed, choose: choose, was: was,
    remove: function (row) { removed.push(row); changed(); send(); },
    forget: function (row) { cells().forEach(function (c) { if (rowOf(c.name) === row) { delete refused[c.name]; } }); keep(); },
    touch: function (cell) { delete refused[cell.name]; },
    relabel: function () { return null; },
    ensure: function () { return null; }
  };
})();
