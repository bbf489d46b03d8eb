"use strict";
// What a page can do beyond reading, for those who let it: the extract behind a mark beside the mark, and tables that sort and
// filter. Without it every link leads to its extract, and every table is whole. Nothing is fetched, kept or sent.

const make = (tag, attributes = {}, ...inside) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...inside);
  return element;
};

// The way back: pointing at a link shows its extract in a card; opening it leads to the extract itself, unfolded.
const card = make("div", { class: "card", hidden: "" });
document.body.append(card);
let waiting = 0;

const extractOf = (link) => {
  const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  return target && target.classList.contains("extract") ? target : null;
};

const hide = () => {
  clearTimeout(waiting);
  card.hidden = true;
};

const showBeside = (link) => {
  const title = make("strong", {}, extractOf(link).closest("details").querySelector("summary").textContent);
  const copy = [...extractOf(link).children].map((part) => part.cloneNode(true));
  card.replaceChildren(title, ...copy);
  card.hidden = false;
  const place = link.getBoundingClientRect();
  const wide = card.offsetWidth, high = card.offsetHeight;
  const below = place.bottom + high + 8 < innerHeight || place.top < high + 8;
  card.style.left = `${scrollX + Math.max(8, Math.min(place.left, document.documentElement.clientWidth - wide - 8))}px`;
  card.style.top = `${scrollY + (below ? place.bottom + 4 : place.top - high - 4)}px`;
};

const linkAt = (event) => (event.target instanceof Element ? event.target.closest("main a[href^='#']") : null);

document.addEventListener("pointerover", (event) => {
  const link = linkAt(event);
  if (card.contains(event.target)) clearTimeout(waiting);
  else if (extractOf(link)) {
    clearTimeout(waiting);
    waiting = setTimeout(showBeside, 200, link);
  } else if (!card.hidden) {
    clearTimeout(waiting);
    waiting = setTimeout(hide, 300);
  }
});
document.addEventListener("focusin", (event) => {
  const link = linkAt(event);
  if (extractOf(link) && link.matches(":focus-visible")) showBeside(link);
  else if (!card.contains(event.target)) hide();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});

const unfold = () => {
  hide();
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  target.scrollIntoView({ block: "center" });
};
addEventListener("hashchange", unfold);
document.addEventListener("click", (event) => {
  const link = linkAt(event);
  if (link && link.hash === location.hash) unfold();
});
unfold();

// Tables: a heading sorts, and what a reader asks for by indication, route, source or status is filtered.
const textOf = (cell) => {
  const main = cell.querySelector(".behind > summary");
  const parts = main ? [main] : [...cell.childNodes].filter((part) => part.nodeName !== "SMALL");
  return parts.map((part) => part.textContent).join("").trim();
};
// In order of their numbers, each by its value (0.05 before 0.2), then of their words; what is empty stands last either way.
const words = new Intl.Collator("en", { sensitivity: "base" });
const NUMBER = /\d+(?:,\d{3})*(?:\.\d+)?/;
const piecesOf = (text) => text.replace(/[<>≤≥]/g, "").match(new RegExp(`${NUMBER.source}|\\D+`, "g")) ?? [];
const order = (one, other) => {
  for (let place = 0; place < Math.min(one.length, other.length); place += 1) {
    const [left, right] = [one[place], other[place]].map((piece) => (NUMBER.test(piece) ? Number(piece.replaceAll(",", "")) : piece));
    const numbers = [left, right].filter((piece) => typeof piece === "number").length;
    const difference = numbers === 2 ? left - right : numbers ? (typeof left === "number" ? -1 : 1) : words.compare(left, right);
    if (difference) return difference;
  }
  return one.length - other.length;
};
const inOrder = (texts) => [...texts].sort((one, other) => order(piecesOf(one), piecesOf(other)));

const sortable = (table) => {
  const body = table.tBodies[0];
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = make("button", { type: "button" }, ...head.childNodes);
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const keys = new Map([...body.rows].map((row) => [row, piecesOf(textOf(row.cells[column]))]));
      const empty = (row) => keys.get(row).length === 0;
      const compare = (one, other) => empty(one) - empty(other) || (down ? -1 : 1) * order(keys.get(one), keys.get(other));
      body.append(...[...body.rows].sort(compare));
    });
  });
};

const filterable = (table) => {
  const rows = [...table.tBodies[0].rows];
  const tools = make("div", { class: "tools", role: "group", "aria-label": `Filters: ${table.caption.firstChild.textContent.trim()}` });
  const told = make("output", {});
  const tests = [];
  const apply = () => {
    for (const row of rows) row.hidden = !tests.every((test) => test(row));
    const left = rows.filter((row) => !row.hidden).length;
    told.textContent = left === rows.length ? "" : `Filtered: ${left} of ${rows.length} rows are shown.`;
  };
  const add = (label, control, test) => {
    tools.append(make("label", {}, label, " ", control));
    tests.push(test);
    control.addEventListener("input", apply);
  };
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    if (!head.dataset.filter) return;
    const values = inOrder(new Set(rows.map((row) => textOf(row.cells[column]))));
    if (values.length < 2 || values.length === rows.length) return;
    const options = values.map((value) => make("option", { value }, value || "(empty)"));
    const choice = make("select", {}, make("option", { value: "\u0000" }, "all"), ...options);
    add(head.textContent, choice, (row) => choice.selectedIndex === 0 || textOf(row.cells[column]) === choice.value);
  });
  if (rows.length > 9) {
    const words = make("input", { type: "search" });
    add("Find", words, (row) => row.textContent.toLowerCase().includes(words.value.trim().toLowerCase()));
  }
  if (tests.length) {
    tools.append(told);
    table.parentElement.before(tools);
  }
};

// On a phone a row is read from top to bottom: each cell with the name of its column, so that no dose stands beside the screen.
const stack = (table) => {
  const names = [...table.tHead.rows[0].cells].map((head) => head.textContent);
  const roles = { table: [table], rowgroup: [table.tHead, ...table.tBodies], row: table.rows };
  for (const [role, parts] of Object.entries(roles)) for (const part of parts) part.setAttribute("role", role);
  for (const row of table.tBodies[0].rows) {
    [...row.cells].forEach((cell, column) => {
      cell.setAttribute("role", column ? "cell" : "rowheader");
      cell.dataset.label = names[column];
      cell.classList.toggle("bare", !cell.textContent.trim());
    });
  }
  table.classList.add("stacked");
};
const narrow = matchMedia("(max-width: 42rem)");
const stackAll = () => {
  if (narrow.matches) document.querySelectorAll("table.litbook:not(.stacked)").forEach(stack);
};
narrow.addEventListener("change", stackAll);

for (const table of document.querySelectorAll("table.litbook")) {
  if (table.tBodies[0].rows.length < 2) continue;
  sortable(table);
  if (table.caption && table.tBodies[0].rows.length > 3) filterable(table);
}
stackAll();
