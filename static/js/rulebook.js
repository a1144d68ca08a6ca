// A measure that is clicked goes into the formula one was writing, at the cursor.
(function () {
  "use strict";
  var formulas = document.querySelectorAll("#rule textarea[spellcheck=false]");
  var last = formulas[0];
  formulas.forEach(function (box) {
    box.addEventListener("focus", function () { last = box; });
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-insert]");
    if (!button || !last || last.disabled) return;
    last.setRangeText(button.dataset.insert, last.selectionStart, last.selectionEnd, "end");
    last.focus();
    last.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
