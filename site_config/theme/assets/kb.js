// What kb adds to the theme where there is JavaScript: tables that sort and filter, and the search
// box of a page, which hands its words to the site's search. Without it all content is there.
"use strict";

(() => {
  const language = document.documentElement.lang || "en";
  const collator = new Intl.Collator(language, { numeric: true, sensitivity: "base" });

  function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  function valueOf(cell) {
    const time = cell.querySelector("time");
    return time ? time.dateTime : cell.textContent.trim();
  }

  // Tables

  class DocumentTable {
    constructor(holder, number) {
      this.holder = holder;
      this.words = holder.dataset;
      this.prefix = `kb-table-${number}`;
      this.table = holder.querySelector("table");
      this.body = this.table.tBodies[0];
      this.heads = [...this.table.tHead.rows[0].cells];
      this.rows = [...this.body.rows].map((row) => ({
        row,
        values: [...row.cells].map(valueOf),
        text: row.textContent.toLowerCase(),
        words: [...row.querySelectorAll(".kb-tag")].map((tag) => tag.textContent),
      }));
      this.choices = new Map();
      this.addSorting();
      this.addFilters();
      this.restore();
      this.filter();
    }

    addSorting() {
      this.heads.forEach((head, column) => {
        const label = head.textContent;
        const button = element("button", { type: "button", textContent: label });
        button.setAttribute("aria-label", `${this.words.kbLabelSort} ${label}`);
        button.addEventListener("click", () => this.sort(column));
        head.replaceChildren(button);
      });
    }

    sort(column) {
      const head = this.heads[column];
      const up = head.getAttribute("aria-sort") !== "ascending";
      this.heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      this.rows.sort((a, b) => {
        const [one, other] = [a.values[column], b.values[column]];
        if (!one || !other) return (one ? 0 : 1) - (other ? 0 : 1);
        return collator.compare(one, other) * (up ? 1 : -1);
      });
      this.body.append(...this.rows.map(({ row }) => row));
    }

    addFilters() {
      const controls = element("div", { className: "kb-controls" });
      const id = `${this.prefix}-text`;
      this.text = element("input", { type: "search", id, autocomplete: "off" });
      this.text.addEventListener("input", () => this.filter());
      controls.append(
        element("div", {}, element("label", { htmlFor: id, textContent: this.words.kbLabelFilter }), this.text),
      );
      this.heads.forEach((head, column) => {
        if (head.dataset.kbFilter !== "text") this.addChoice(controls, head, column);
      });
      this.count = element("p", { className: "kb-count-shown" });
      this.count.setAttribute("role", "status");
      this.table.before(controls, this.count);
    }

    addChoice(controls, head, column) {
      const choosing = { year: ({ values }) => [values[column].slice(0, 4)], words: ({ words }) => words };
      const choicesOf = choosing[head.dataset.kbFilter] || (({ values }) => [values[column]]);
      const found = new Set(this.rows.flatMap(choicesOf));
      found.delete("");
      if (found.size < 2) return;
      const id = `${this.prefix}-${column}`;
      const select = element("select", { id }, new Option(this.words.kbLabelAll, ""));
      select.append(...[...found].sort(collator.compare).map((value) => new Option(value)));
      select.addEventListener("change", () => this.filter());
      const label = element("label", { htmlFor: id, textContent: head.textContent });
      controls.append(element("div", {}, label, select));
      this.choices.set(column, { select, choicesOf });
    }

    filter() {
      const wanted = this.text.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const one of this.rows) {
        const chosen = [...this.choices.values()].every(
          ({ select, choicesOf }) => !select.value || choicesOf(one).includes(select.value),
        );
        one.row.hidden = !chosen || !wanted.every((word) => one.text.includes(word));
        shown += one.row.hidden ? 0 : 1;
      }
      this.count.textContent = shown
        ? `${shown} / ${this.rows.length} ${this.words.kbLabelCount}`
        : this.words.kbLabelNone;
      this.remember();
    }

    // What was chosen stands in the address, so that it can be shared and comes back.

    remember() {
      const query = new URLSearchParams(location.search);
      const keep = (name, value) => (value ? query.set(name, value) : query.delete(name));
      keep("filter", this.text.value);
      this.choices.forEach(({ select }, column) => keep(`c${column}`, select.value));
      const written = query.toString();
      const address = location.pathname + (written ? `?${written}` : "") + location.hash;
      if (address !== location.pathname + location.search + location.hash) {
        history.replaceState(history.state, "", address);
      }
    }

    restore() {
      const query = new URLSearchParams(location.search);
      this.text.value = query.get("filter") || "";
      this.choices.forEach(({ select }, column) => {
        select.value = query.get(`c${column}`) || "";
      });
    }
  }

  document.querySelectorAll("[data-kb-table]").forEach((holder, number) => {
    new DocumentTable(holder, number);
  });

  // The theme gives its search dialog no name.

  const dialog = document.querySelector(".md-search[role=dialog]");
  const named = dialog && dialog.querySelector("input[aria-label]");
  if (named) dialog.setAttribute("aria-label", named.getAttribute("aria-label"));

  // Search. ``openSearch`` is all that knows which search the site has: the theme's own.

  function openSearch(words) {
    const toggle = document.querySelector("[data-md-toggle=search]");
    const query = document.querySelector("[data-md-component=search-query]");
    if (!toggle || !query) return;
    if (!toggle.checked) toggle.click();
    query.focus();
    query.value = words;
    query.dispatchEvent(new Event("input", { bubbles: true }));
    query.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }));
  }

  document.querySelectorAll("[data-kb-search]").forEach((input) => {
    const form = input.closest("form");
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      openSearch(input.value);
    });
    input.addEventListener("input", (event) => {
      if (event.isComposing) return; // a Chinese word that is still being typed
      const words = input.value;
      input.value = "";
      openSearch(words);
    });
    input.addEventListener("compositionend", () => {
      const words = input.value;
      input.value = "";
      openSearch(words);
    });
  });
})();
