// A table that always fits: where its columns have no room, each row becomes a block of named figures.
import { html, useLayoutEffect, useRef } from "../../vendor/preact-htm-3.1.1.js";

const words = (head) =>
  [...head.childNodes].map((one) => one.textContent.trim()).filter(Boolean).join(", ");

/** Names each cell by its column, for when it stands alone. */
function label(table) {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])].map(words);
  for (const row of [...table.tBodies].flatMap((body) => [...body.rows])) {
    let column = 0;
    for (const cell of row.cells) {
      const name = cell.tagName === "TH" || cell.colSpan > 1 ? "" : heads[column] ?? "";
      if ((cell.dataset.label ?? "") !== name) {
        cell.dataset.label = name;
      }
      cell.toggleAttribute("data-none", /^[–·]?$/.test(cell.textContent.trim()) && !cell.querySelector("input, svg"));
      column += cell.colSpan;
    }
  }
}

function fit(own) {
  // It keeps its height meanwhile, so that the page does not jump.
  own.style.minHeight = own.offsetHeight + "px";
  own.classList.remove("stacked");
  own.classList.toggle("stacked", own.scrollWidth > own.clientWidth + 1);
  own.style.minHeight = "";
}

/** Around a table. */
export function Scroll({ children }) {
  const own = useRef(null);
  useLayoutEffect(() => {
    const table = own.current.querySelector("table");
    if (table) {
      label(table);
      fit(own.current);
    }
  });
  useLayoutEffect(() => {
    let width = own.current.clientWidth;
    const observer = new ResizeObserver(() => {
      if (own.current && own.current.clientWidth !== width) {
        width = own.current.clientWidth;
        fit(own.current);
      }
    });
    observer.observe(own.current);
    return () => observer.disconnect();
  }, []);
  return html`<div class="scroll" ref=${own}>${children}</div>`;
}
