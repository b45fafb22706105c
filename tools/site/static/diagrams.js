// Draw the page's Mermaid diagrams in the colours of its theme. A click enlarges a diagram to the window.
"use strict";

const dark = () =>
  document.body.dataset.theme === "dark" ||
  (document.body.dataset.theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);

const diagrams = [...document.querySelectorAll("div.highlight-mermaid")].map((block) => {
  const source = block.textContent.trim();
  const figure = document.createElement("figure");
  figure.className = "diagram";
  figure.tabIndex = 0;
  figure.title = "Enlarge";
  block.replaceWith(figure);
  return { source, figure };
});

const frame = document.createElement("dialog");
frame.className = "diagram-frame";
frame.addEventListener("click", () => frame.close());
frame.addEventListener("keydown", (event) => event.key === "Escape" && frame.close());
document.body.append(frame);

function enlarge(figure) {
  frame.replaceChildren(figure.firstElementChild.cloneNode(true));
  frame.showModal();
}

for (const { figure } of diagrams) {
  figure.addEventListener("click", () => enlarge(figure));
  figure.addEventListener("keydown", (event) => event.key === "Enter" && enlarge(figure));
}

async function draw() {
  mermaid.initialize({ startOnLoad: false, look: "classic", theme: dark() ? "dark" : "neutral", securityLevel: "strict" });
  for (const [number, { source, figure }] of diagrams.entries()) {
    const { svg } = await mermaid.render(`diagram-${number}`, source);
    figure.innerHTML = svg;
    const drawing = figure.firstElementChild;
    drawing.style.setProperty("--natural-width", `${drawing.viewBox.baseVal.width}px`);
  }
  document.body.dataset.diagrams = "drawn";
}

draw();
new MutationObserver(draw).observe(document.body, { attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
