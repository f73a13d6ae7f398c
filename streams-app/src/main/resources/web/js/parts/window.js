// Which rows and columns of a large table are in view; only these are drawn.
import { useLayoutEffect, useState } from "../../vendor/preact-htm-3.1.1.js";
import { isAllDrawn } from "../whole.js";

/** A table with no more than that is drawn whole. */
const FEW_ROWS = 40;
const FEW_COLUMNS = 62;

/** Drawn beyond what is in view, so that a short way shows no gap. */
const BEYOND = 6;

const all = (count) => [0, count];

/**
 * The first and the end of the rows and of the columns to draw.
 *
 * @param box refers to the element that scrolls
 * @param row selects a row, to measure
 * @param cell selects a cell
 */
export function useWindow(box, { rows, columns, row, cell }) {
  const [view, setView] = useState({ rows: [0, FEW_ROWS], columns: [Math.max(0, columns - FEW_COLUMNS), columns] });
  const isLarge = rows > FEW_ROWS || columns > FEW_COLUMNS;
  useLayoutEffect(() => {
    const own = box.current;
    if (!own || !isLarge) {
      return undefined;
    }
    let frame = 0;
    const look = () => {
      frame = 0;
      const height = own.querySelector(row)?.offsetHeight || 40;
      const width = own.querySelector(cell)?.offsetWidth || 40;
      const between = (from, size, one, count) => [
        Math.max(0, Math.min(count - 1, Math.floor(from / one)) - BEYOND),
        Math.min(count, Math.ceil((from + size) / one) + BEYOND),
      ];
      const now = {
        rows: between(own.scrollTop, own.clientHeight, height, rows),
        columns: between(own.scrollLeft, own.clientWidth, width, columns),
      };
      setView((old) => (String(old.rows) === String(now.rows) && String(old.columns) === String(now.columns) ? old : now));
    };
    const soon = () => (frame ||= requestAnimationFrame(look));
    look();
    own.addEventListener("scroll", soon, { passive: true });
    const sizes = new ResizeObserver(soon);
    sizes.observe(own);
    return () => {
      cancelAnimationFrame(frame);
      own.removeEventListener("scroll", soon);
      sizes.disconnect();
    };
  }, [rows, columns, isLarge]);
  const whole = isAllDrawn();
  return {
    rows: whole || rows <= FEW_ROWS ? all(rows) : view.rows,
    columns: whole || columns <= FEW_COLUMNS ? all(columns) : view.columns,
  };
}

/**
 * What is drawn of a line of things: {at} for each that is, {gap} for as many as are left out.
 *
 * @param kept one that is drawn wherever it is, because it has the focus or is where Tab leads
 */
export function drawn([from, end], count, kept) {
  const line = [];
  let next = 0;
  const add = (at) => {
    if (at > next) {
      line.push({ gap: at - next });
    }
    line.push({ at });
    next = at + 1;
  };
  if (kept >= 0 && kept < from) {
    add(kept);
  }
  for (let at = from; at < Math.min(end, count); at++) {
    add(at);
  }
  if (kept >= end && kept < count) {
    add(kept);
  }
  if (next < count) {
    line.push({ gap: count - next });
  }
  return line;
}
