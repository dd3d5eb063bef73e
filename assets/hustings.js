/* SPDX-License-Identifier: Apache-2.0 */
/* Two conveniences; every page works without this file.
 * Shift three times within five seconds leaves the site; the print button prints. */
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
})();
