/* SPDX-License-Identifier: Apache-2.0 */
/* Three conveniences; every page works without this file.
 * Shift three times within five seconds leaves the site; the print button prints; an officer's open
 * case page says once a minute that it is still open, while somebody is moving in front of it. */
(function () {
  "use strict";
  document.documentElement.className += " hs-has-script";
  var exit = document.querySelector(".hs-exit__link");
  var presses = 0;
  var first = 0;
  document.addEventListener("keydown", function (event) {
    if (!exit || event.key !== "Shift" || event.repeat) {
      if (event.key !== "Shift") {
        presses = 0;
      }
      return;
    }
    if (presses === 0 || event.timeStamp - first > 5000) {
      presses = 0;
      first = event.timeStamp;
    }
    presses += 1;
    if (presses === 3) {
      document.body.hidden = true;
      window.location.replace(exit.href);
    }
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-print]")) {
      window.print();
    }
  });
  var here = document.querySelector("[data-here]");
  var moved = Date.now();
  if (here) {
    ["keydown", "pointermove", "scroll"].forEach(function (name) {
      document.addEventListener(name, function () { moved = Date.now(); }, { passive: true });
    });
    window.setInterval(function () {
      if (Date.now() - moved < 300000) {
        new Image().src = here.getAttribute("data-here") + "?" + Date.now();
      }
    }, 60000);
  }
})();
