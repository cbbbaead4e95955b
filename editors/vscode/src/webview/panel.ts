/** Draws what the extension sends. Formulas come as MathML from the server and pass a list of allowed elements. */
import type { Answer, FromView, Gradient, Section, ToView, Written } from "../answer";

declare function acquireVsCodeApi(): { postMessage(message: FromView): void };

const MATHML = "http://www.w3.org/1998/Math/MathML";
const ELEMENTS = new Set(
  "math mrow mi mn mo mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover mtable mtr mtd mpadded mstyle".split(" "),
);
const ATTRIBUTES = new Set("display fence stretchy mathvariant accent accentunder rowlines columnlines separator form lspace rspace".split(" "));
const NOTATIONS: [string, string][] = [
  ["unicode", "Text"], ["latex", "LaTeX"], ["numpy", "NumPy"], ["torch", "PyTorch"], ["jax", "JAX"], ["julia", "Julia"], ["matlab", "MATLAB"],
];

const vscode = acquireVsCodeApi();
const status = document.getElementById("status") as HTMLElement;
const content = document.getElementById("content") as HTMLElement;

function make<Name extends keyof HTMLElementTagNameMap>(name: Name, kind = "", ...children: (Node | string)[]): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (kind) {
    element.className = kind;
  }
  element.append(...children);
  return element;
}

function button(text: string, label: string, pressed: () => void): HTMLButtonElement {
  const element = make("button", "", text);
  element.type = "button";
  element.setAttribute("aria-label", label);
  element.title = label;
  element.addEventListener("click", pressed);
  return element;
}

/** The allowed part of a tree, built anew. */
function copied(element: Element): Element {
  const made = document.createElementNS(MATHML, ELEMENTS.has(element.localName) ? element.localName : "mrow");
  for (const { name, value } of element.attributes) {
    if (ATTRIBUTES.has(name)) {
      made.setAttribute(name, value);
    }
  }
  for (const child of element.childNodes) {
    if (child.nodeType === Node.ELEMENT_NODE) {
      made.append(copied(child as Element));
    } else if (child.nodeType === Node.TEXT_NODE) {
      made.append(child.textContent ?? "");
    }
  }
  return made;
}

function formula(mathml: string, text: string): HTMLElement {
  const box = make("div", "formula");
  const tree = mathml ? new DOMParser().parseFromString(mathml, "application/xml").documentElement : undefined;
  if (!tree || tree.localName !== "math") {
    box.append(make("code", "", text));
    return box;
  }
  box.append(copied(tree));
  box.setAttribute("role", "math");
  box.setAttribute("aria-label", text);
  return box;
}

function written(found: Written): HTMLElement {
  return formula(found.mathml, found.text);
}

function shapes(answer: Answer): HTMLElement {
  const list = make("ul", "shapes");
  list.setAttribute("aria-label", "Shapes");
  for (const one of answer.variables) {
    list.append(make("li", "", `${one.name} `, make("span", "shape", [one.shape, ...one.properties].join(" "))));
  }
  return list;
}

function gradients(answer: Answer): HTMLElement {
  const list = make("div", "gradients");
  list.setAttribute("role", "radiogroup");
  list.setAttribute("aria-label", `Gradients of ${answer.name}`);
  for (const one of answer.gradients) {
    list.append(gradient(answer, one));
  }
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const rows = [...list.querySelectorAll<HTMLElement>("[role=radio]")];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    if (step && at >= 0) {
      event.preventDefault();
      const next = rows[(at + step + rows.length) % rows.length];
      next?.focus();
      next?.click();
    }
  });
  return list;
}

function gradient(answer: Answer, one: Gradient): HTMLElement {
  const chosen = one.by === answer.by;
  const row = make("div", chosen ? "gradient chosen" : "gradient");
  row.setAttribute("role", "radio");
  row.setAttribute("aria-checked", String(chosen));
  row.setAttribute("aria-label", `by ${one.by}: ${one.formula?.text ?? one.reason ?? ""}${one.shape ? `, ${one.shape}` : ""}`);
  row.tabIndex = chosen ? 0 : -1;
  row.dataset.by = one.by;
  row.append(make("span", "by", `∂${answer.name}/∂${one.by}`));
  row.append(one.formula ? written(one.formula) : make("div", "reason", one.reason ?? ""));
  row.append(make("span", "shape", one.shape ?? ""));
  const choose = () => vscode.postMessage({ kind: "choose", by: one.by });
  row.addEventListener("click", choose);
  row.addEventListener("keydown", (event) => (event.key === "Enter" || event.key === " ") && choose());
  return row;
}

function copies(answer: Answer, by: string): HTMLElement {
  const bar = make("div", "actions");
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", `Use the gradient by ${by}`);
  bar.append(button("Insert", `Insert the gradient by ${by} below the formula`, () => vscode.postMessage({ kind: "insert", by })));
  for (const [notation, title] of NOTATIONS) {
    if (answer.copies[notation] !== undefined) {
      bar.append(button(title, `Copy as ${title}`, () => vscode.postMessage({ kind: "copy", notation })));
    }
  }
  return bar;
}

function section(one: Section): HTMLElement {
  const box = make("details", "section", make("summary", "", one.title));
  box.open = one.style !== "components";
  const list = make("ol");
  for (const line of one.lines) {
    list.append(make("li", "", formula(line.mathml, `${line.left} = ${line.right}`), make("p", "reason", line.reason)));
  }
  box.append(list);
  if (one.note) {
    box.append(make("p", "note", one.note));
  }
  return box;
}

function show(answer: Answer): void {
  const focused = (document.activeElement as HTMLElement | null)?.dataset.by;
  const head = make("header", "", make("h1", "", answer.name), make("span", "shape", answer.shape));
  head.append(button("Go to", "Go to the definition", () => vscode.postMessage({ kind: "reveal" })));
  const parts: Node[] = [head, written(answer.formula), ...(answer.variables?.length ? [shapes(answer)] : [])];
  if (answer.gradients.length) {
    parts.push(make("h2", "", "Gradients"), gradients(answer));
  }
  if (answer.by !== null) {
    parts.push(copies(answer, answer.by), make("h2", "", `Steps to ∂${answer.name}/∂${answer.by}`), ...answer.sections.map(section));
  }
  if (answer.remarks.length) {
    parts.push(make("h2", "", "Remarks"), make("ul", "", ...answer.remarks.map((remark) => make("li", "", remark))));
  }
  content.replaceChildren(...parts);
  status.textContent = answer.by === null ? `${answer.name}, ${answer.shape}` : `Derivative of ${answer.name} by ${answer.by}`;
  if (focused !== undefined) {
    [...content.querySelectorAll<HTMLElement>("[role=radio]")].find((row) => row.dataset.by === focused)?.focus();
  }
}

window.addEventListener("message", ({ data }: MessageEvent<ToView>) => {
  if (data.kind === "show") {
    show(data.answer);
  } else {
    content.replaceChildren(make("p", "nothing", data.reason));
    status.textContent = data.reason;
  }
});
vscode.postMessage({ kind: "ready" });
