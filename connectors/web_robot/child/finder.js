// Finds things on a page the way people see them. Evaluated in each frame; `ask` is one question, the answer a
// list of elements (find) or plain data (screen, text, cells). Nothing on the page is changed.
(ask) => {
  const CONTROLS = "input:not([type=hidden]):not([type=submit]):not([type=button]):not([type=reset])" +
    ":not([type=image]), select, textarea, [contenteditable=''], [contenteditable=true]";
  const BUTTONS = "button, input[type=submit], input[type=button], input[type=reset], input[type=image]," +
    " [role=button], summary";
  const LINKS = "a[href], area[href], [role=link]";

  // "Nom :", "NOM *" and "Nom" are the same words to a reader.
  const plain = (text) => (text || "").replace(/[\u2018\u2019]/g, "'").replace(/\s+/g, " ").trim();
  const words = (text) => plain(text).replace(/^[*\s]+/, "").replace(/[\s:*]+$/, "").toLocaleLowerCase("fr");
  const visible = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && element.checkVisibility({ visibilityProperty: true });
  };
  const reachable = (control) => control.type === "file" || visible(control);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const controls = () => all(CONTROLS).filter(reachable);

  // A label may wrap its control: the options of a select are not part of its label.
  const ownWords = (label) => {
    const walker = document.createTreeWalker(label, NodeFilter.SHOW_TEXT);
    let text = "";
    while (walker.nextNode()) {
      if (!walker.currentNode.parentElement.closest("select, textarea, script, style")) {
        text += walker.currentNode.data;
      }
    }
    return words(text);
  };
  const labelled = (control, name) =>
    [...(control.labels || [])].some((label) => ownWords(label) === name) ||
    (control.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean).some((id) => {
      const label = document.getElementById(id);
      return label !== null && ownWords(label) === name;
    });

  // Applications without <label>: the words stand in the cell before, or just before the control.
  const cellBefore = (control) => {
    const cell = control.closest("td, th, dd");
    if (!cell || controls().filter((other) => cell.contains(other)).length !== 1) return null;
    return cell.previousElementSibling;
  };
  const textBefore = (control) => {
    const node = control.previousSibling;
    return node && (node.nodeType === Node.TEXT_NODE || !node.querySelector) ? node.textContent : "";
  };
  const beside = (control, name) => {
    const cell = cellBefore(control);
    return (cell !== null && ownWords(cell) === name) || words(textBefore(control)) === name;
  };

  const fieldTiers = [
    (control, name) => labelled(control, name),
    (control, name) => beside(control, name),
    (control, name) => words(control.getAttribute("placeholder")) === name,
    (control, name) => [control.getAttribute("aria-label"), control.title].some((text) => words(text) === name),
    (control, name) => control.getAttribute("name") === ask.name,
  ];
  const faceOf = (element) => [
    element.innerText, element.tagName === "INPUT" ? element.value : "", element.getAttribute("aria-label"),
    element.getAttribute("title"), element.getAttribute("alt"), ...all("img[alt]", element).map((image) => image.alt),
  ];
  const pressable = (selector, name) =>
    all(selector).filter((element) => visible(element) && faceOf(element).some((text) => words(text) === name));

  const rows = () => all("tr, [role=row]").filter(visible);
  const cellsOf = (row) => all(":scope > td, :scope > th, :scope > [role=cell], :scope > [role=gridcell]", row);
  // Whole words: "DOS-1" is not in "DOS-12" nor in "DOS-1-B".
  const holds = (text, wanted) => {
    const escaped = words(wanted).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const edges = "(?<![\\p{L}\\p{N}_])(?<![\\p{L}\\p{N}_][-/.])" + escaped + "(?![\\p{L}\\p{N}_])(?![-/.][\\p{L}\\p{N}_])";
    return new RegExp(edges, "u").test(plain(text).toLocaleLowerCase("fr"));
  };
  const within = (row, texts) => texts.every((text) => holds(row.innerText, text));

  // The cell under the column header `column`, in each row that shows all `texts`.
  const cells = (column, texts) => rows().filter((row) => within(row, texts)).flatMap((row) => {
    const table = row.closest("table, [role=table], [role=grid]");
    const headers = table ? all("th, [role=columnheader]", table) : [];
    const header = headers.find((cell) => ownWords(cell) === words(column) && !row.contains(cell));
    if (!header) return [];
    const position = cellsOf(header.parentElement).indexOf(header);
    return cellsOf(row).slice(position, position + 1);
  });

  // Text that stands beside a label without being a form field.
  const innermost = (elements) => elements.filter((one) => !elements.some((two) => one !== two && one.contains(two)));
  const besideLabel = (name) => innermost(all("dt, th, td, label, strong, b, span").filter((element) =>
    visible(element) && ownWords(element) === name && element.nextElementSibling !== null &&
    !element.nextElementSibling.querySelector(CONTROLS))).map((element) => element.nextElementSibling);
  const valueOf = (element) => {
    if (element.tagName === "SELECT") return plain([...element.selectedOptions].map((o) => o.text).join(", "));
    if (element.type === "checkbox" || element.type === "radio") return element.checked ? "true" : "false";
    return plain("value" in element && element.tagName !== "LI" ? element.value : element.innerText);
  };
  const afterColon = (name) => innermost(all("p, li, div, span, td, dd, strong, b").filter((element) =>
    visible(element) && element.innerText.includes(":") &&
    words(element.innerText.slice(0, element.innerText.indexOf(":"))) === name));

  const fields = (name) => {
    for (const tier of fieldTiers) {
      const found = controls().filter((control) => tier(control, name));
      if (found.length > 0) return found;
    }
    return [];
  };
  const finders = {
    field: () => fields(words(ask.name)),
    button: () => pressable(BUTTONS, words(ask.name)),
    link: () => pressable(LINKS, words(ask.name)),
    selector: () => all(ask.name),
  };
  const read = () => {
    if (ask.selector) return all(ask.selector).filter(visible).map(valueOf);
    if (ask.column) return cells(ask.column, ask.row).map((cell) => plain(cell.innerText));
    const name = words(ask.name);
    const found = fields(name);
    if (found.length > 0) return found.map(valueOf);
    const standing = besideLabel(name);
    if (standing.length > 0) return standing.map(valueOf);
    return afterColon(name).map((element) => plain(element.innerText.slice(element.innerText.indexOf(":") + 1)));
  };

  switch (ask.about) {
    case "find": return finders[ask.kind]();
    case "read": return read();
    case "row": return rows().filter((row) => within(row, ask.texts)).length;
    case "text": return document.body ? document.body.innerText : "";
    case "headings": return all("h1, h2, h3, legend, caption").filter(visible).map((h) => plain(h.innerText));
    case "control": {
      const control = ask.element;
      return { value: valueOf(control), raw: "value" in control ? control.value : control.innerText,
        limit: typeof control.maxLength === "number" ? control.maxLength : -1, type: control.type || "" };
    }
  }
}
