// Paper shows what is folded away on the screen, but for the first page's cards, which stand in full in their chapters;
// afterwards everything is as it was.
(function () {
  var opened = [];
  addEventListener("beforeprint", function () {
    opened = Array.prototype.slice.call(document.querySelectorAll("main details:not([open])")).filter(function (part) {
      return !part.closest(".chapter:first-child .vl-card");
    });
    opened.forEach(function (part) { part.open = true; });
  });
  addEventListener("afterprint", function () {
    opened.forEach(function (part) { part.open = false; });
  });
  // On a phone the contents start folded, so that the first finding is in sight; a page of one chapter has none.
  var contents = document.querySelector(".contents details");
  if (contents && matchMedia("(max-width: 60rem)").matches) {
    contents.open = false;
  }
})();
