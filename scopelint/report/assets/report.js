"use strict";
// Works the page: search and filter, the picture's highlights, and the reviewer's section. Without it all is shown.
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  for (const element of all(".needs-script")) element.hidden = false;

  // Search and filter. An item with a state of its own is held against the chosen states; an item inside one
  // follows it. An item is shown when all the words are in its text, or an item inside it is shown.
  const search = byId("search");
  const items = all("[data-find]").map((element) => ({
    element,
    text: element.textContent.toLowerCase(),
    states: element.dataset.states?.split(" "),
  }));
  const itemOf = new Map(items.map((item) => [item.element, item]));
  const scopeStates = new Map();
  for (const item of items) {
    if (item.element.matches("tr")) scopeStates.set(item.element.querySelector("code").textContent, item.states);
  }

  let openBefore = null; // which parts were unfolded before the search unfolded others
  const folds = all("details[data-find], details.group");
  const keepFolds = (searching) => {
    if (searching && !openBefore) openBefore = folds.map((fold) => fold.open);
    if (!searching && openBefore) {
      folds.forEach((fold, place) => { fold.open = openBefore[place]; });
      openBefore = null;
    }
  };

  let chosenNodes = null; // what the filter leaves of the picture
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const states = all("input[name=state]:checked").map((box) => box.value);
    const active = words.length > 0 || states.length > 0;
    const hasWords = (text) => words.every((word) => text.includes(word));
    const hasState = (item) => {
      if (!states.length) return true;
      const own = item.states ?? scopeStates.get(item.element.dataset.scope);
      if (own) return own.some((state) => states.includes(state));
      const outer = item.element.parentElement.closest("[data-states]");
      return outer ? hasState(itemOf.get(outer)) : false;
    };
    const ownText = (item) => {
      const summary = item.element.querySelector(":scope > summary");
      return summary ? summary.textContent.toLowerCase() : item.text;
    };
    keepFolds(words.length > 0);
    const shown = { scope: 0, call: new Set(), finding: 0 };
    for (const item of items) {
      const outer = item.element.parentElement.closest("[data-find]");
      const outerMatches = outer && words.length > 0 && hasWords(ownText(itemOf.get(outer)));
      const visible = !active || ((hasWords(item.text) || outerMatches) && hasState(item));
      item.element.hidden = !visible;
      if (words.length > 0 && item.element.matches("details")) item.element.open = !hasWords(ownText(item));
      if (!visible) continue;
      if (item.element.matches("tr")) shown.scope += 1;
      if (item.element.matches(".call")) shown.call.add(item.element.dataset.call);
      if (item.element.matches(".finding")) shown.finding += 1;
    }
    for (const group of all(".endpoint, details.group, .permission-group")) {
      group.hidden = active && !group.querySelector("[data-find]:not([hidden])");
    }
    for (const group of all("details.group")) {
      if (words.length > 0 && !group.hidden) group.open = true;
    }
    for (const section of all("main > section:not(#flow)")) {
      const found = section.querySelectorAll("[data-find]");
      section.classList.toggle("nothing", active && found.length > 0 && [...found].every((one) => one.hidden));
    }
    const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
    byId("shown").textContent = active
      ? `${count(shown.scope, "scope")}, ${count(shown.call.size, "call")}, ${count(shown.finding, "finding")}`
      : "";
    byId("clear").hidden = !active;
    const isLeft = (node) => node.matches(".scope") && !byId(node.getAttribute("href").slice(1)).hidden;
    chosenNodes = active ? isLeft : null;
    markNodes(chosenNodes);
  };

  // The picture: a chosen box shows what flows to it and from it.
  const picture = document.querySelector("svg.flow");
  const nodes = picture ? all("[data-node]", picture) : [];
  const links = picture ? all("[data-from]", picture) : [];
  const reach = (start, from, to) => {
    const seen = new Set([start]);
    const found = new Set();
    for (const node of seen) {
      for (const link of links) {
        if (link.dataset[from] !== node) continue;
        found.add(link);
        seen.add(link.dataset[to]);
      }
    }
    return [seen, found];
  };
  const markNodes = (chosen) => {
    if (!picture) return;
    const starts = chosen ? nodes.filter(chosen) : [];
    picture.classList.toggle("marking", chosen !== null);
    const on = new Set();
    for (const node of starts) {
      for (const [from, to] of [["from", "to"], ["to", "from"]]) {
        const [seen, found] = reach(node.dataset.node, from, to);
        for (const id of seen) on.add(id);
        for (const link of found) on.add(link);
      }
    }
    for (const node of nodes) node.classList.toggle("on", on.has(node.dataset.node));
    for (const link of links) link.classList.toggle("on", on.has(link));
  };
  for (const node of nodes) {
    for (const event of ["mouseenter", "focus"]) node.addEventListener(event, () => markNodes((one) => one === node));
    for (const event of ["mouseleave", "blur"]) node.addEventListener(event, () => markNodes(chosenNodes));
  }

  search.addEventListener("input", filter);
  byId("filters").addEventListener("change", filter);
  byId("filters").addEventListener("reset", () => setTimeout(() => { filter(); search.focus(); }));
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !event.target.matches("input")) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape" && event.target === search) {
      byId("filters").reset();
    }
  });

  // A link leads into folded parts, too.
  const unfold = () => {
    const target = location.hash.length > 1 && byId(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let part = target; part; part = part.parentElement) if (part.matches("details")) part.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();

  // Printing shows everything, and the reviewer's section alone on request.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    for (const part of folded) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of folded) part.open = false;
    document.body.classList.remove("letter-only");
  });
  byId("print-letter").addEventListener("click", () => {
    document.body.classList.add("letter-only");
    print();
  });
  byId("copy-letter").addEventListener("click", async () => {
    const letter = byId("letter");
    try {
      await navigator.clipboard.writeText(letter.innerText);
      byId("copied").textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren(letter);
      byId("copied").textContent = "Selected: copy it with Ctrl+C.";
    }
  });
})();
