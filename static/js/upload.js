// A plain busy state: one click is enough, and the page says what it is doing.
(function () {
  "use strict";

  function free(form) {
    delete form.dataset.sent;
    form.querySelector(".busy").textContent = "";
  }

  document.querySelectorAll("form[data-busy]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "1";
      form.querySelector(".busy").textContent = form.dataset.busy;
    });
  });

  // Back from the next page: the form may be sent again.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) {
      document.querySelectorAll("form[data-sent]").forEach(free);
    }
  });

  document.querySelectorAll(".dropzone").forEach(function (drop) {
    ["dragenter", "dragover"].forEach(function (name) {
      drop.addEventListener(name, function () { drop.classList.add("over"); });
    });
    ["dragleave", "drop"].forEach(function (name) {
      drop.addEventListener(name, function () { drop.classList.remove("over"); });
    });
  });
})();
