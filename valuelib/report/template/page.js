// Paper shows what is folded away on the screen; afterwards everything is as it was.
(function () {
  var opened = [];
  addEventListener("beforeprint", function () {
    opened = Array.prototype.slice.call(document.querySelectorAll("main details:not([open])"));
    opened.forEach(function (part) { part.open = true; });
  });
  addEventListener("afterprint", function () {
    opened.forEach(function (part) { part.open = false; });
  });
  // On a phone the contents start folded, so that the first finding is in sight.
  if (matchMedia("(max-width: 60rem)").matches) {
    document.querySelector(".contents details").open = false;
  }
})();
