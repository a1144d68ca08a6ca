/* Tick everybody on the page at once; without script each is ticked alone. */
(function () {
  "use strict";

  const all = document.getElementById("tick-all");
  if (!all) { return; }
  all.hidden = false;
  all.addEventListener("change", function () {
    document.querySelectorAll("input[name=person]").forEach(function (box) { box.checked = all.checked; });
  });
})();
