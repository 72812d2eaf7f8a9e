(() => {
  // A link leads to its finding also where that is folded away.
  const unfold = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) {
      return;
    }
    for (let part = target.closest("details"); part; part = part.parentElement.closest("details")) {
      part.open = true;
    }
    target.querySelector(":scope > details")?.setAttribute("open", "");
    target.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  addEventListener("load", unfold);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) {
      unfold();
    }
  });

  // The sign beside a heading copies the link to it, where the browser lets it.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest(".deep");
    if (!link || !navigator.clipboard) {
      return;
    }
    try {
      await navigator.clipboard.writeText(link.href);
    } catch {
      return; // refused: the address bar holds the link all the same
    }
    const said = document.createElement("p");
    said.className = "toast";
    said.setAttribute("role", "status");
    said.textContent = document.querySelector("main").dataset.copied;
    document.body.append(said);
    setTimeout(() => said.remove(), 2000);
  });

  // Search: titles first, then texts, of messages, claims, terms and pieces of the annex; nothing leaves the page.
  const box = document.querySelector("search");
  const [input, list, told] = ["find", "finds", "found"].map((id) => document.getElementById(id));
  const plain = (text) => text.replace(/\s+/g, " ").trim();
  const low = (text) => text.toLocaleLowerCase(document.documentElement.lang);
  const entry = (part, id, title) => ({ id, title: plain(title), text: plain(part.textContent) });
  const titleOf = (part) =>
    (part.querySelector("h2, h3, h4, caption, .vl-title, .vl-claim, figcaption, summary") || part).textContent.slice(0, 160);
  const entries = [
    ...[...document.querySelectorAll(".part")].map((part) => {
      const link = part.querySelector(".deep").getAttribute("href").slice(1);
      return entry(part, link, part.querySelector("h2").textContent);
    }),
    ...[...document.querySelectorAll(".board tbody tr")].map((row) =>
      entry(row, row.id || row.querySelector("a").getAttribute("href").slice(1), row.cells[0].textContent)),
    ...[...document.querySelectorAll(".annex .chapter")].map((part) => entry(part.querySelector("h3"), part.id, part.querySelector("h3").textContent)),
    ...[...document.querySelectorAll(".piece")].map((part) => entry(part, part.id, `${part.id} ${titleOf(part).replace(part.id, "")}`)),
  ];
  const MOST = 12;
  const show = () => {
    const words = low(plain(input.value)).split(" ").filter(Boolean);
    list.replaceChildren();
    told.textContent = "";
    if (!words.length) {
      return;
    }
    const scored = entries
      .map((one, at) => ({ one, at, inTitle: words.every((word) => low(one.title).includes(word)) }))
      .filter(({ one, inTitle }) => inTitle || words.every((word) => low(one.text).includes(word)))
      .sort((a, b) => b.inTitle - a.inTitle || a.at - b.at);
    told.textContent = scored.length ? `${scored.length}` : box.dataset.none;
    for (const { one } of scored.slice(0, MOST)) {
      const [row, link] = [document.createElement("li"), document.createElement("a")];
      link.href = `#${one.id}`;
      link.textContent = one.title.slice(0, 140);
      const place = low(one.text).indexOf(words[0]);
      if (!low(one.title).includes(words[0]) && place >= 0) {
        const around = document.createElement("small");
        around.textContent = `…${one.text.slice(Math.max(0, place - 30), place + 50)}…`;
        link.append(around);
      }
      row.append(link);
      list.append(row);
    }
  };
  box.hidden = false;
  input.addEventListener("input", show);
  box.addEventListener("keydown", (event) => {
    const stops = [input, ...list.querySelectorAll("a")];
    const at = stops.indexOf(document.activeElement);
    if (event.key === "Escape") {
      input.value = "";
      show();
      input.focus();
    } else if (event.key === "Enter" && at === 0 && stops.length > 1) {
      stops[1].click();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      stops[Math.min(Math.max(at + (event.key === "ArrowDown" ? 1 : -1), 0), stops.length - 1)].focus();
    }
  });
})();
