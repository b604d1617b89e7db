"use strict";
(() => {
  const root = document.documentElement;
  const language = () => (document.getElementById("lang-en").checked ? "en" : "fr");

  // What a cell says in the language shown, without what is folded away.
  const said = (cell) => {
    const copy = cell.cloneNode(true);
    for (const other of copy.querySelectorAll(`[lang]:not([lang=${language()}]):not(.keep), details`)) other.remove();
    return copy.textContent.trim();
  };
  const asNumber = (text) => {
    const plain = text.replace(/[\s%]/g, "").replace(",", ".");
    return plain === "" || isNaN(plain) ? null : Number(plain);
  };

  const sort = (table, header) => {
    const place = header.cellIndex;
    const order = header.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    const { compare } = new Intl.Collator(language(), { numeric: true });
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => [row, said(row.cells[place])]);
    const direction = order === "ascending" ? 1 : -1;
    rows.sort(([, one], [, other]) => {
      const [a, b] = [asNumber(one), asNumber(other)];
      return direction * (a !== null && b !== null ? a - b : compare(one, other));
    });
    for (const th of table.tHead.rows[0].cells) th.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", order);
    body.append(...rows.map(([row]) => row));
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    for (const header of table.tHead.rows[0].cells) {
      if (header.hasAttribute("data-unsorted")) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      button.addEventListener("click", () => sort(table, header));
      header.append(button);
    }
  }

  // Accents and capitals do not count; every word must be somewhere in the line.
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  for (const tools of document.querySelectorAll(".tools")) {
    const [text, rule, output] = ["input", "select", "output"].map((name) => tools.querySelector(name));
    const rows = [...document.getElementById(tools.dataset.table).tBodies[0].rows].map((row) => [row, plain(row.textContent)]);
    const filter = () => {
      const words = plain(text.value).split(/\s+/);
      let left = 0;
      for (const [row, content] of rows) {
        row.hidden =
          !words.every((word) => content.includes(word)) ||
          (rule.value !== "" && !row.dataset.rules.split("+").includes(rule.value));
        left += row.hidden ? 0 : 1;
      }
      output.value = `${left} / ${rows.length}`;
    };
    text.addEventListener("input", filter);
    rule.addEventListener("change", filter);
    tools.hidden = false;
    filter();
  }

  const speak = () => {
    root.lang = language();
    document.title = root.dataset[root.lang];
  };
  for (const choice of document.getElementsByName("language")) choice.addEventListener("change", speak);
  speak();
})();
