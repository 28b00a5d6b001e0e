// Our few behaviours. Pages work without them. Hooks are data-cordee-* attributes, never classes.
(() => {
  "use strict";
  const say = (text) => {
    const region = document.querySelector("[data-cordee-said]");
    if (region) region.textContent = text;
  };

  // One click sends once: the button waits, and says so. data-cordee-no-guard leaves a form alone.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-cordee-no-guard")) return;
    if (event.defaultPrevented) return;
    if (form.dataset.cordeeSending !== undefined) {
      event.preventDefault(); // the second click of a double click
      return;
    }
    form.dataset.cordeeSending = "";
    const button = event.submitter || form.querySelector("button[type=submit], button:not([type])");
    if (!button) return;
    // After the event, so that the name and value of the button are still sent.
    setTimeout(() => {
      button.dataset.cordeeLabel = button.innerHTML;
      button.disabled = true;
      button.textContent = button.getAttribute("data-cordee-busy") || "Envoi…";
      say(button.textContent);
    });
  });
  // Back from another page, the form can be sent again.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-cordee-sending]").forEach((form) => {
      delete form.dataset.cordeeSending;
    });
    document.querySelectorAll("button[data-cordee-label]").forEach((button) => {
      button.disabled = false;
      button.innerHTML = button.dataset.cordeeLabel;
      delete button.dataset.cordeeLabel;
    });
  });

  // Dialogs: data-cordee-open="<id>" opens, data-cordee-close closes.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-cordee-open]");
    if (opener) {
      const dialog = document.getElementById(opener.getAttribute("data-cordee-open"));
      if (dialog && dialog.showModal) {
        event.preventDefault();
        dialog.showModal();
      }
      return;
    }
    const closer = event.target.closest("[data-cordee-close]");
    if (closer && closer.closest("dialog")) closer.closest("dialog").close();
  });

  // The focus survives a swap: the element of the same id takes it back.
  let focused = "";
  document.addEventListener("htmx:beforeSwap", () => {
    focused = document.activeElement ? document.activeElement.id : "";
  });
  document.addEventListener("htmx:afterSettle", () => {
    const lost = !document.activeElement || document.activeElement === document.body;
    const same = focused && document.getElementById(focused);
    if (lost && same) same.focus({ preventScroll: true });
  });

  // Errors of the form are what one reads first.
  const errors = document.querySelector("[data-cordee-errors]");
  if (errors) errors.focus();

  // A lost connection is said, and nothing is lost.
  const connection = (text) => {
    const region = document.querySelector("[data-cordee-connection]");
    if (!region) return;
    region.querySelector("[data-cordee-connection-text]").textContent = text;
    region.hidden = !text;
  };
  const lost = () => connection("Connexion perdue. Rien n’est perdu : réessayez.");
  document.addEventListener("htmx:sendError", lost);
  document.addEventListener("htmx:timeout", lost);
  document.addEventListener("htmx:responseError", () =>
    connection("La panne vient de chez nous. Réessayez dans cinq minutes."));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) connection("");
  });
  document.documentElement.dataset.cordeeReady = "true";
})();
