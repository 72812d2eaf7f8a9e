(() => {
  // Paper shows what is folded away on the screen, but for the first page's cards, which stand in full in their chapters;
  // afterwards everything is as it was.
  let opened = [];
  addEventListener("beforeprint", () => {
    // An annex that nobody opened is not printed.
    const left = ".chapter:first-child .vl-card, .annex > details:not([open])";
    opened = [...document.querySelectorAll("main details:not([open])")].filter((part) => !part.closest(left));
    opened.forEach((part) => { part.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((part) => { part.open = false; }));

  // On a phone the contents start folded, so that the first finding is in sight; a page of one chapter has none.
  const contents = document.querySelector(".contents details");
  if (contents && matchMedia("(max-width: 60rem)").matches) {
    contents.open = false;
  }

  // The contents mark the chapter that is being read.
  const links = new Map([...document.querySelectorAll(".contents a")].map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((one) => one.isIntersecting)) {
      links.forEach((link) => link.removeAttribute("aria-current"));
      links.get(entry.target.id)?.setAttribute("aria-current", "true");
    }
  }, { rootMargin: "-10% 0px -80% 0px" });
  document.querySelectorAll("section.chapter, section.part, section.annex").forEach((chapter) => seen.observe(chapter));

  // What is wider than its place slides; it can be reached and named without a mouse.
  const reach = () => {
    for (const box of document.querySelectorAll(".vl-scroll, .vl-figure, .method pre, pre.method")) {
      const wide = box.scrollWidth > box.clientWidth && box.clientWidth > 0;
      if (wide) {
        box.tabIndex = 0;
        box.setAttribute("role", "group");
        const named = box.querySelector("caption, figcaption");
        box.setAttribute("aria-label", (named ? named.textContent : box.closest("section")?.querySelector("h2")?.textContent || "").trim());
      } else {
        ["tabindex", "role", "aria-label"].forEach((name) => box.removeAttribute(name));
      }
    }
  };
  addEventListener("load", () => { reach(); setTimeout(reach, 0); });
  addEventListener("resize", reach);
  document.addEventListener("toggle", reach, true);
  document.addEventListener("change", reach);

  // Tables sort by the column whose head is pressed: by the number that a cell holds, else by its words.
  const compare = (one, two) => {
    const [left, right] = [one.dataset.value, two.dataset.value];
    if (left !== undefined && right !== undefined) {
      return left - right;
    }
    const byWords = one.textContent.localeCompare(two.textContent, document.documentElement.lang, { numeric: true });
    return left !== undefined ? -1 : right !== undefined ? 1 : byWords;
  };
  for (const table of document.querySelectorAll(".vl-table")) {
    const body = table.tBodies[0];
    if (!body || body.rows.length < 3) {
      continue;
    }
    [...table.tHead.rows[0].cells].forEach((head, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        [...table.tHead.rows[0].cells].forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].map((row, at) => [row.cells[place], at, row]);
        rows.sort((one, two) => (down ? -1 : 1) * compare(one[0], two[0]) || one[1] - two[1]);
        body.append(...rows.map((row) => row[2]));
      });
    });
  }
})();
