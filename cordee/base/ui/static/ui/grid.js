// A table one types in (data-cordee-grid). It works without this: a button saves the whole of it.
(() => {
  "use strict";
  const grid = document.querySelector("[data-cordee-grid]");
  if (!grid) return;
  const form = grid.closest("form");
  form.setAttribute("data-cordee-grid-ready", "");
  const inputs = (row) => [...row.querySelectorAll("input:not([type=hidden])")];
  const shown = (element) => element.offsetParent !== null;

  // Arrows and Enter go from one cell to the next; to the sides only from the ends of a text.
  const go = (from, down, across) => {
    const rows = [...grid.rows].filter((row) => inputs(row).some(shown));
    const cell = from.closest("td");
    let at = rows.indexOf(from.closest("tr"));
    if (across) {
      const line = inputs(rows[at]);
      const next = line[line.indexOf(from) + across];
      if (next) { next.focus(); next.select(); }
      return Boolean(next);
    }
    for (at += down; rows[at]; at += down) {
      const next = rows[at].cells[cell.cellIndex]
        && rows[at].cells[cell.cellIndex].querySelector("input:not([type=hidden])");
      if (next && shown(next)) { next.focus(); next.select(); return true; }
    }
    return false;
  };
  // Back to what is kept; what was refused goes with its sentence (data-cordee-was).
  const giveUp = (input) => {
    const kept = input.getAttribute("data-cordee-was");
    if (kept !== null) {
      input.defaultValue = kept;
      ["data-cordee-was", "aria-invalid", "aria-describedby"].forEach((name) => input.removeAttribute(name));
      const box = input.closest(".case");
      box.classList.remove("champ-erreur");
      box.querySelector(".case-faute").remove();
    }
    input.value = input.defaultValue;
  };
  grid.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!input.matches || !input.matches("input:not([type=hidden])")) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    const moves = {
      ArrowUp: () => go(input, -1, 0),
      ArrowDown: () => go(input, 1, 0),
      ArrowLeft: () => (whole || input.selectionEnd === 0) && go(input, 0, -1),
      ArrowRight: () => (whole || input.selectionStart === input.value.length) && go(input, 0, 1),
    };
    if (event.key === "Enter") {
      event.preventDefault();
      // Leaving the cell saves it; at the edge it is left on purpose.
      if (!go(input, event.shiftKey ? -1 : 1, 0)) input.blur();
    } else if (event.key === "Escape") {
      giveUp(input);
    } else if (moves[event.key] && moves[event.key]()) {
      event.preventDefault();
    }
  });
  grid.addEventListener("focusin", (event) => {
    if (event.target.matches("input:not([type=hidden])")) event.target.select();
  });

  // On a slow connection one types before the scripts are there: what was typed then is sent as
  // soon as they are (htmx, asked for first, listens first). The cell one is in waits to be left.
  document.addEventListener("DOMContentLoaded", () => {
    [...form.elements]
      .filter((field) => field.type === "text" && field !== document.activeElement)
      .filter((field) => field.value !== field.defaultValue)
      .forEach((field) => field.dispatchEvent(new Event("change", { bubbles: true })));
  });

  // What is being typed is never replaced by what comes from others: its version stays the one it
  // was read from, so that the server can tell both people.
  const sent = new Map();
  grid.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.matches("input")) sent.set(event.target.id, event.target.value);
  });
  grid.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful) sent.delete(event.target.id);
  });
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const target = event.detail.target;
    if (!target || !target.classList.contains("case")) return;
    const input = target.querySelector("input:not([type=hidden])");
    if (!input || input.value === input.defaultValue) return;
    if (sent.get(input.id) === input.value) {
      sent.delete(input.id);
      return;
    }
    event.detail.shouldSwap = false;
    if (sent.has(input.id)) {
      // Typed again while it was being saved: it goes on from what was saved.
      const fresh = event.detail.fragment.querySelector(`[name="b-${target.id.slice(5)}"]`);
      const known = target.querySelector("[name^='b-']");
      if (fresh && known) known.value = fresh.value;
      sent.delete(input.id);
    }
  });
})();
