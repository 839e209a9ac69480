// A list that is put in another order by hand or by its buttons. Every text comes with the data and is written as text.

function make(parent, name, className = "", attributes = {}) {
  const element = document.createElement(name);
  if (className) element.className = className;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent.append(element);
  return element;
}

function build(root) {
  const view = { root, keys: [], held: null, send: null, data: null, sent: null };
  view.list = make(root, "ol");
  view.said = make(root, "span", "said", { role: "status" });
  return view;
}

// The hand comes first: an answer that is older than the last move waits for the next one.
function receive(view, data) {
  if (view.sent !== null && data.heard !== view.sent) return;
  view.sent = null;
  view.data = data;
  for (const [name, colour] of Object.entries(data.colours)) view.root.style.setProperty(`--${name}`, colour);
  view.list.setAttribute("aria-label", data.words.label);
  const shown = JSON.stringify(data.rows);
  if (view.shown === shown) return;
  view.shown = shown;
  view.keys = data.rows.map((row) => row.key);
  draw(view);
}

function draw(view) {
  view.list.replaceChildren();
  view.keys.forEach((key, place) => {
    const row = view.data.rows.find((each) => each.key === key);
    const item = make(view.list, "li", "", { draggable: "true", "data-key": key });
    make(item, "span", "number").textContent = view.data.numbers[place];
    make(item, "span", "name").textContent = row.label;
    for (const [by, sign, said] of [[-1, "\u2191", row.up], [1, "\u2193", row.down]]) {
      const button = make(item, "button", "", { type: "button", "aria-label": said, title: said, "data-by": by });
      button.textContent = sign;
      button.disabled = place + by < 0 || place + by >= view.keys.length;
      button.addEventListener("click", () => move(view, key, place + by, by));
    }
    listen(view, item, key, place);
  });
}

function listen(view, item, key, place) {
  item.addEventListener("dragstart", (event) => {
    view.held = key;
    item.classList.add("is-held");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", key);
  });
  item.addEventListener("dragend", () => {
    view.held = null;
    item.classList.remove("is-held");
  });
  item.addEventListener("dragover", (event) => {
    if (view.held === null) return;
    event.preventDefault();
    item.classList.add("is-over");
  });
  item.addEventListener("dragleave", () => item.classList.remove("is-over"));
  item.addEventListener("drop", (event) => {
    event.preventDefault();
    item.classList.remove("is-over");
    if (view.held !== null) move(view, view.held, place, 0);
  });
}

function move(view, key, place, by) {
  if (view.keys.indexOf(key) === place) return;
  const keys = view.keys.filter((each) => each !== key);
  keys.splice(place, 0, key);
  view.keys = keys;
  draw(view);
  view.said.textContent = keys.map((each) => view.data.rows.find((row) => row.key === each).label).join(", ");
  // Whoever works with the keyboard keeps the button under the finger; at an end, the other one.
  if (by !== 0) {
    const buttons = [...view.list.children[place].querySelectorAll("button")];
    const wanted = buttons.find((button) => button.dataset.by === String(by) && !button.disabled);
    (wanted ?? buttons.find((button) => !button.disabled)).focus();
  }
  // What comes back in this order is drawn already, and keeps its focus.
  view.shown = JSON.stringify(keys.map((each) => view.data.rows.find((row) => row.key === each)));
  view.sent = `${Date.now()}-${Math.random()}`;
  view.send("ordered", { keys, id: view.sent });
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".ordering");
  // Called again on every answer: what was built before is kept, so that focus stays.
  if (!root.view) root.view = build(root);
  root.view.send = setStateValue;
  receive(root.view, data);
}
