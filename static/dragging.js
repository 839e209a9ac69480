// A cut-off under the hand. Every text comes with the data and is written as text; nothing is formatted or summed here.
// A place is a row of the curve, from the loosest threshold to the strictest.

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 270;
const MARGIN = { left: 46, right: 16, top: 26, bottom: 42 };
const PATIENCE_MS = 30000; // after this without an answer to the last release, any answer is taken

function make(parent, name, className = "", attributes = {}) {
  const isDrawn = parent.namespaceURI === SVG || name === "svg";
  const element = isDrawn ? document.createElementNS(SVG, name) : document.createElement(name);
  if (className) element.setAttribute("class", className);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent.append(element);
  return element;
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function build(root) {
  const view = { root, data: null, latest: null, send: null, isHeld: false, sent: null, place: 0, width: 0 };
  const head = make(root, "div", "head");
  view.label = make(head, "label", "", { for: "place" });
  view.threshold = make(head, "output", "", { for: "place", "aria-hidden": "true" });
  view.state = make(head, "span", "state", { role: "status" });
  const rail = make(root, "div", "rail");
  view.tick = make(rail, "i");
  view.input = make(rail, "input", "", { type: "range", id: "place", min: 0, max: 0, step: 1 });
  const ends = make(root, "div", "ends");
  view.looser = make(ends, "span");
  view.stricter = make(ends, "span");
  const both = make(root, "div", "both");
  const picture = make(both, "div", "picture");
  view.legend = make(picture, "div", "legend");
  view.svg = make(picture, "svg", "", { role: "img" });
  view.table = make(both, "table");
  listen(view);
  view.observer = new ResizeObserver(() => {
    if (view.data && Math.abs(picture.clientWidth - view.width) >= 1) drawPicture(view);
  });
  view.observer.observe(picture);
  return view;
}

function listen(view) {
  const { input } = view;
  let isPressed = false; // by a key
  let isUp = 0; // a timer
  const hold = () => {
    clearTimeout(isUp); // a hand that is back already has not let go
    view.isHeld = true;
  };
  const letGo = () => {
    if (!view.isHeld) return;
    view.isHeld = false;
    isPressed = false;
    release(view);
  };
  input.addEventListener("pointerdown", hold);
  // The browser gives a pointer its last value and its change event just after it is up, wherever it is by then.
  view.up = () => {
    isUp = setTimeout(letGo, 0);
  };
  for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, view.up);
  input.addEventListener("keydown", (event) => {
    if (!/^(Arrow|Page|Home|End)/.test(event.key)) return;
    isPressed = true;
    hold();
  });
  input.addEventListener("keyup", () => isPressed && letGo());
  input.addEventListener("blur", letGo);
  input.addEventListener("input", () => {
    setState(view, "moving");
    show(view, Number(input.value), view.data.steps);
  });
  input.addEventListener("change", () => {
    if (isPressed) return; // a key held down is a hand that has not let go
    hold();
    letGo();
  });
}

function release(view) {
  const { threshold } = view.data.steps;
  const wanted = threshold[view.place];
  if (view.sent === null && view.place === nearest(threshold, view.latest.proposed.threshold[0])) {
    receive(view, view.latest);
    return;
  }
  view.sent = `${Date.now()}-${Math.random()}`;
  setState(view, "waiting");
  clearTimeout(view.patience);
  view.patience = setTimeout(() => {
    view.sent = null;
    if (!view.isHeld) receive(view, view.latest);
  }, PATIENCE_MS);
  view.send("released", { threshold: wanted, id: view.sent });
}

// The hand comes first: while it holds, or when an answer is older than its last release, the answer waits.
function receive(view, data) {
  view.latest = data;
  if (view.isHeld) return;
  if (view.sent !== null && data.heard !== view.sent) return;
  view.sent = null;
  clearTimeout(view.patience);
  view.data = data;
  view.root.setAttribute("data-heard", data.heard ?? "");
  for (const [name, colour] of Object.entries(data.colours)) view.root.style.setProperty(`--${name}`, colour);
  for (const name of ["label", "looser", "stricter"]) say(view[name], data.words[name]);
  const { threshold } = data.steps;
  view.input.max = threshold.length - 1;
  view.tick.style.left = `calc(9px + ${share(threshold, data.today.threshold[0])} * (100% - 18px))`;
  view.place = nearest(threshold, data.proposed.threshold[0]);
  view.input.value = view.place;
  drawTable(view);
  setState(view, "answered");
  drawPicture(view);
}

function nearest(values, wanted) {
  let best = 0;
  values.forEach((value, place) => {
    if (Math.abs(value - wanted) < Math.abs(values[best] - wanted)) best = place;
  });
  return best;
}

function share(values, wanted) {
  return values.length < 2 ? 0 : nearest(values, wanted) / (values.length - 1);
}

function setState(view, state) {
  view.root.dataset.state = state;
  say(view.state, view.data.words[state]);
}

function drawTable(view) {
  const { words, figures, today } = view.data;
  const kept = figures.map((each) => each.key + each.label).join() + words.today;
  if (view.kept !== kept) {
    view.kept = kept;
    view.table.replaceChildren();
    const heads = make(make(view.table, "thead"), "tr");
    for (const name of ["figure", "today", "proposed", "change"]) {
      say(make(heads, "th", "", { scope: "col" }), words[name]);
    }
    const body = make(view.table, "tbody");
    view.cells = figures.map((figure) => {
      const row = make(body, "tr");
      say(make(row, "th", "", { scope: "row" }), figure.label);
      const cells = { key: figure.key };
      for (const name of ["today", "proposed", "change"]) {
        const cell = make(row, "td");
        cells[name] = make(cell, "span");
        if (figure.has_range && name !== "change") cells[`${name}Range`] = make(cell, "small", figure.kind === "fen" ? "money" : "");
      }
      return cells;
    });
  }
  for (const cells of view.cells) {
    say(cells.today, today.value[cells.key][0]);
    if (cells.todayRange) say(cells.todayRange, today.range[cells.key][0]);
  }
}

// Everything that follows the hand: one mark, one threshold, five lines of a table.
function show(view, place, source) {
  const own = source === view.data.steps ? place : 0;
  view.place = place;
  say(view.threshold, source.threshold_text[own]);
  view.input.setAttribute("aria-valuetext", source.said[own]);
  for (const cells of view.cells) {
    say(cells.proposed, source.value[cells.key][own]);
    if (cells.proposedRange) say(cells.proposedRange, source.range[cells.key][own]);
    say(cells.change, source.change[cells.key][own]);
  }
  view.root.dataset.threshold = source.threshold[own];
  moveMark(view, view.proposed, source, own);
  placeWords(view);
}

function moveMark(view, mark, source, own) {
  const { x, y } = view;
  const top = view.data.y.end;
  const middle = source.middle[own];
  const across = x(source.x[own] ?? 0);
  const down = y(Math.min(middle ?? 0, top));
  mark.group.style.transform = `translate(${across}px, ${down}px)`;
  mark.group.classList.toggle("off", middle === null || middle > top || source.x[own] === null);
  Object.assign(mark, { across, down, under: y(Math.min(source.seen[own] ?? middle ?? 0, middle ?? 0)) });
  say(mark.text, source.mark[own]);
  if (mark.line) {
    mark.line.setAttribute("y1", y(Math.min(source.low[own] ?? 0, top)) - down);
    mark.line.setAttribute("y2", y(Math.min(source.high[own] ?? 0, top)) - down);
  }
}

// The curve rises to the looser side. The words of the looser of two marks stand above to its left, those of the
// stricter under the line, so that neither lies on the other mark.
function placeWords(view) {
  const isLooser = view.proposed.across > view.today.across;
  for (const [mark, isAbove] of [[view.today, !isLooser], [view.proposed, isLooser]]) {
    const half = mark.text.getComputedTextLength() / 2;
    const isLow = mark.under > HEIGHT - MARGIN.bottom - 26;
    const middle = isAbove ? -12 - half : 0;
    const least = MARGIN.left + half + 4 - mark.across;
    const most = view.width - MARGIN.right - half - mark.across;
    mark.text.setAttribute("x", Math.max(Math.min(middle, most), least));
    mark.text.setAttribute("y", isAbove ? -10 : isLow ? -30 : mark.under - mark.down + 24);
  }
}

function drawPicture(view) {
  const { data, svg, root } = view;
  const { steps, today, proposed, words } = data;
  view.width = svg.parentElement.clientWidth || 480;
  const right = view.width - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  view.x = (value) => MARGIN.left + (value / data.x.end) * (right - MARGIN.left);
  view.y = (value) => bottom - (value / data.y.end) * (bottom - MARGIN.top);
  const { x, y } = view;
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${view.width} ${HEIGHT}`);
  svg.setAttribute("aria-label", `${words.y}; ${words.x}. ${today.mark[0]}: ${today.said[0]}.`);
  data.y.place.forEach((value, place) => {
    make(svg, "line", value === 0 ? "axis" : "gridline", { x1: MARGIN.left, x2: right, y1: y(value), y2: y(value) });
    say(make(svg, "text", "", { x: MARGIN.left - 8, y: y(value) + 4, "text-anchor": "end" }), data.y.text[place]);
  });
  data.x.place.forEach((value, place) => {
    say(make(svg, "text", "", { x: x(value), y: bottom + 17, "text-anchor": "middle" }), data.x.text[place]);
  });
  say(make(svg, "text", "", { x: 0, y: 14 }), words.y);
  say(make(svg, "text", "", { x: right, y: HEIGHT - 6, "text-anchor": "end" }), words.x);
  const at = (values) =>
    values.map((value, place) => (steps.drawn[place] && value !== null ? [x(steps.x[place]), y(value)] : null));
  const path = (points) => points.filter(Boolean).map(([across, down]) => `${across},${down}`).join(" ");
  make(svg, "polygon", "band", { points: path([...at(steps.high), ...at(steps.low).reverse()]) });
  make(svg, "polyline", "line seen", { points: path(at(steps.seen)) });
  make(svg, "polyline", "line expected", { points: path(at(steps.middle)) });
  view.today = drawMark(svg, "is-today", "circle", { r: 6 });
  view.proposed = drawMark(svg, "is-proposed", "path", { d: "M0,-8L8,0L0,8L-8,0Z" });
  drawLegend(view);
  moveMark(view, view.today, today, 0);
  // The exact answer where the hand is away; the row under the hand where the window is resized during a drag.
  if (root.dataset.state === "answered") show(view, view.place, proposed);
  else show(view, view.place, steps);
}

function drawMark(svg, className, shape, attributes) {
  const group = make(svg, "g", `mark ${className}`);
  const line = className === "is-proposed" ? make(group, "line") : null;
  make(group, shape, "", attributes);
  return { group, line, text: make(group, "text", "", { "text-anchor": "middle" }) };
}

function drawLegend(view) {
  view.legend.replaceChildren();
  const entries = [
    ["observed", "line seen", "line", { x1: 0, x2: 22, y1: 5, y2: 5 }],
    ["inferred", "line expected", "line", { x1: 0, x2: 22, y1: 5, y2: 5 }],
    ["range", "band", "rect", { width: 22, height: 10 }],
  ];
  for (const [name, className, shape, attributes] of entries) {
    const entry = make(view.legend, "span");
    make(make(entry, "svg", "", { "aria-hidden": "true" }), shape, className, attributes);
    say(make(entry, "span"), view.data.words[name]);
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".dragging");
  // Called again on every answer: what was built before is kept, so that nothing flickers and focus stays.
  if (!root.view) root.view = build(root);
  root.view.send = setStateValue;
  receive(root.view, data);
  return () => {
    root.view.observer.disconnect();
    for (const name of ["pointerup", "pointercancel"]) window.removeEventListener(name, root.view.up);
  };
}
