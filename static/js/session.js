/* The session of this page: typing counts as use, its end is announced, and it goes on in place without losing a word.
   Other scripts send through `session.fetch`: where the session has ended, it asks for the password and sends again. */
(function () {
  "use strict";

  const body = document.body;
  const IDLE = Number(body.dataset.idle);
  const WARN = 120;
  const PING = 240;
  const warning = document.getElementById("session-warning");
  const dialog = document.getElementById("session-again");
  if (!IDLE || !dialog) { return; }

  let endsAt = Date.now() + IDLE * 1000;
  let usedAt = 0;
  let heardAt = Date.now();
  let waiting = [];
  let asking = false;

  function token() {
    return dialog.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  function left() {
    return Math.round((endsAt - Date.now()) / 1000);
  }

  function heard(seconds) {
    heardAt = Date.now();
    endsAt = heardAt + seconds * 1000;
    if (seconds > WARN) { warning.hidden = true; }
  }

  function headers(given) {
    const all = new Headers(given || {});
    if (!all.has("Accept")) { all.set("Accept", "application/json"); }
    if (!all.has("X-CSRFToken")) { all.set("X-CSRFToken", token()); }
    return all;
  }

  function ended(answer) {
    return answer.status === 401 && answer.headers.has("X-Sign-In");
  }

  // Like window.fetch; after the session has ended it asks for the password, then sends once more.
  function send(address, options) {
    const given = Object.assign({ credentials: "same-origin" }, options);
    given.headers = headers(given.headers);
    return window.fetch(address, given).then(function (answer) {
      if (ended(answer)) {
        return signInAgain().then(function () { return window.fetch(address, given); });
      }
      heard(IDLE);
      return answer;
    });
  }

  // A promise kept once the same person has signed in again; however many ask, there is one dialog.
  function signInAgain() {
    return new Promise(function (resolve) {
      waiting.push(resolve);
      if (asking) { return; }
      asking = true;
      warning.hidden = true;
      show(true);
      document.getElementById("session-password").focus();
    });
  }

  function show(open) {
    if (open && dialog.showModal) { dialog.showModal(); }
    else if (open) { dialog.setAttribute("open", ""); }
    else if (dialog.close) { dialog.close(); }
    else { dialog.removeAttribute("open"); }
  }

  function say(text) {
    const wrong = document.getElementById("session-wrong");
    wrong.textContent = text;
    wrong.hidden = !text;
  }

  function enter(event) {
    event.preventDefault();
    const field = document.getElementById("session-password");
    const form = new URLSearchParams({ password: field.value });
    window.fetch(body.dataset.again, { method: "POST", body: form, headers: headers(), credentials: "same-origin" })
      .then(function (answer) {
        if (answer.ok) { return welcome(field); }
        if (answer.status === 410) { window.location.href = dialog.querySelector("a").href; return null; }
        return answer.json().then(function (said) { say(said.errors[0] || "请填密码。"); field.select(); });
      })
      .catch(function () { say("现在连不上服务器；填写的内容还在，请稍后再试。"); });
  }

  function welcome(field) {
    field.value = "";
    say("");
    asking = false;
    show(false);
    heard(IDLE);
    waiting.splice(0).forEach(function (resolve) { resolve(); });
  }

  function ping(method) {
    return window.fetch(body.dataset.alive, { method: method, headers: headers(), credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.json() : { left: 0 }; });
  }

  function stay() {
    ping("POST").then(function (said) {
      if (said.left) { heard(said.left); } else { signInAgain(); }
    }).catch(function () { return null; });
  }

  // Every few seconds: keep the session while somebody types, warn before its end, ask for the password after it.
  function watch() {
    if (asking) { return; }
    if (usedAt > heardAt && Date.now() - heardAt > PING * 1000) { stay(); return; }
    if (left() > WARN) { return; }
    if (left() > 0 && !warning.hidden) { tell(); return; }
    // Another window may have been used since: ask without counting it as use.
    ping("GET").then(function (said) {
      heard(said.left);
      if (said.left <= 0) { signInAgain(); } else if (said.left <= WARN) { tell(); }
    }).catch(function () { return null; });
  }

  function tell() {
    const seconds = Math.max(0, left());
    document.getElementById("session-left").textContent = seconds > 60 ? Math.ceil(seconds / 60) + " 分钟" : seconds + " 秒";
    warning.hidden = false;
  }

  ["input", "keydown", "pointerdown"].forEach(function (name) {
    document.addEventListener(name, function () { usedAt = Date.now(); }, { passive: true, capture: true });
  });
  document.getElementById("session-stay").addEventListener("click", stay);
  dialog.querySelector("form").addEventListener("submit", enter);
  dialog.addEventListener("cancel", function (event) { event.preventDefault(); });
  window.setInterval(watch, 5000);

  // htmx: the same request again once signed in.
  document.addEventListener("htmx:responseError", function (event) {
    const request = event.detail.xhr;
    if (request.status !== 401 || !request.getResponseHeader("X-Sign-In")) { return; }
    const asked = event.detail.requestConfig;
    signInAgain().then(function () {
      window.htmx.ajax(asked.verb, asked.path, { source: asked.elt, target: asked.target, values: asked.parameters });
    });
  });

  window.session = { fetch: send, signInAgain: signInAgain };
})();
