// Our few behaviours. Pages work without them. Hooks are data-cordee-* attributes, never classes.
(() => {
  "use strict";
  const say = (text) => {
    const region = document.querySelector("[data-cordee-said]");
    if (region) region.textContent = text;
  };

  // Signing out: what was noted in the field and not sent asks first (it stays here, without a
  // name); the page of the field, which holds names, is forgotten.
  document.addEventListener("submit", (event) => {
    if (!event.target.hasAttribute("data-cordee-sign-out")) return;
    const waiting = Object.keys(localStorage).filter((key) => key.startsWith("cordee-terrain-"))
      .reduce((sum, key) => sum + JSON.parse(localStorage.getItem(key)).length, 0);
    const words = `${waiting} observation${waiting > 1 ? "s" : ""} à envoyer. Elles restent sur ce téléphone,`
      + " sans nom, et partiront quand vous reviendrez. Se déconnecter ?";
    if (waiting && !window.confirm(words)) event.preventDefault();
    else if (window.caches) caches.delete("cordee-terrain");
  }, true);

  // One click sends once: the button waits, and says so. data-cordee-no-guard leaves a form alone.
  // A form that only asks waits too where its button says what takes long (data-cordee-busy).
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const isLong = event.submitter && event.submitter.hasAttribute("data-cordee-busy");
    if ((form.method !== "post" && !isLong) || form.hasAttribute("data-cordee-no-guard")) return;
    if (event.defaultPrevented) return;
    // Without a connection, the page of the browser that says so would take what was typed with
    // it. A server on this very machine is reached all the same: it is asked first.
    if (form.method === "post" && navigator.onLine === false && !("cordeeReached" in form.dataset)) {
      event.preventDefault();
      const icon = document.querySelector("link[rel=icon]");
      fetch(icon ? icon.href : location.href, { method: "HEAD", cache: "no-store" }).then(
        () => {
          form.dataset.cordeeReached = "";
          form.requestSubmit(event.submitter);
        },
        () => connection(
          "Connexion perdue. Rien n’est envoyé, rien n’est perdu : réessayez quand elle revient."));
      return;
    }
    delete form.dataset.cordeeReached;
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

  // What answers a gesture (data-cordee-focus) takes the focus that its button had.
  document.addEventListener("htmx:afterSettle", () => {
    const answer = document.querySelector("[data-cordee-focus]");
    if (!answer) return;
    answer.removeAttribute("data-cordee-focus");
    answer.focus({ preventScroll: true });
  });

  // Copying (data-cordee-copy="<id>"): the button shows where it can; the text stays to select.
  if (navigator.clipboard) {
    document.querySelectorAll("[data-cordee-copy]").forEach((button) => { button.hidden = false; });
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-cordee-copy]");
    const field = button && document.getElementById(button.getAttribute("data-cordee-copy"));
    if (!field) return;
    field.select();
    navigator.clipboard.writeText(field.value).then(
      () => say("C’est copié."),
      () => say("La copie est refusée : le texte est sélectionné, copiez-le au clavier."));
  });

  // Printing (data-cordee-print): the browser's own, where there is one.
  document.querySelectorAll("[data-cordee-print]").forEach((button) => { button.hidden = false; });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-cordee-print]")) window.print();
  });

  // From one note of a margin to the next: n, and p for the one before. Only while the focus is
  // in a note, and never while one types.
  document.addEventListener("keydown", (event) => {
    const step = { n: 1, p: -1 }[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
    const from = event.target.closest && event.target.closest("[data-cordee-note]");
    if (!from || event.target.closest("input, select, textarea")) return;
    const notes = [...from.closest("[data-cordee-notes]").querySelectorAll("[data-cordee-note]")];
    const next = notes[notes.indexOf(from) + step];
    if (next) next.focus();
  });

  // Errors of the form are what one reads first.
  const errors = document.querySelector("[data-cordee-errors]");
  if (errors) errors.focus();

  // What is typed survives a lost connection (data-cordee-keep="<name>"): kept in the tab, put back
  // when the page comes again. The server changes the name once it has saved; older ones go.
  document.querySelectorAll("form[data-cordee-keep]").forEach((form) => {
    const name = `cordee-keep:${form.getAttribute("data-cordee-keep")}`;
    let store;
    try { store = window.sessionStorage; } catch { return; }
    const stem = name.slice(0, name.lastIndexOf("-"));
    Object.keys(store).forEach((key) => {
      if (key.startsWith(stem) && key !== name) store.removeItem(key);
    });
    const fields = () => [...form.elements].filter(
      (field) => field.name && !["hidden", "submit", "button", "file", "password"].includes(field.type));
    const kept = JSON.parse(store.getItem(name) || "null");
    if (kept && !form.querySelector("[data-cordee-errors]")) {
      fields().forEach((field) => {
        const values = kept[field.name] || [];
        if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
        else if (values.length) field.value = values[0];
      });
    }
    form.addEventListener("input", () => {
      const typed = {};
      fields().forEach((field) => {
        const counts = !["checkbox", "radio"].includes(field.type) || field.checked;
        if (counts) (typed[field.name] = typed[field.name] || []).push(field.value);
      });
      try { store.setItem(name, JSON.stringify(typed)); } catch { /* a full store keeps nothing */ }
    });
  });

  // A file that is too big (data-cordee-most, in bytes) is said before it is sent for minutes.
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.matches || !field.matches("input[type=file][data-cordee-most]")) return;
    const most = Number(field.getAttribute("data-cordee-most"));
    let said = field.parentElement.querySelector("[data-cordee-too-big]");
    if (![...field.files].some((file) => file.size > most)) {
      if (said) said.remove();
      return;
    }
    if (!said) {
      said = document.createElement("p");
      said.className = "message-erreur";
      said.setAttribute("data-cordee-too-big", "");
      said.setAttribute("role", "alert");
      field.before(said);
    }
    said.textContent = `Ce fichier dépasse ${Math.round(most / 1e6)} Mo. Allégez-le, ou choisissez-en un autre.`;
    field.value = "";
  });

  // A lost connection is said, and nothing is lost.
  const connection = (text) => {
    const region = document.querySelector("[data-cordee-connection]");
    if (!region) return;
    region.querySelector("[data-cordee-connection-text]").textContent = text;
    region.hidden = !text;
  };
  // What asks again by itself (data-cordee-live) needs nobody to try again.
  const isLive = (event) =>
    event.detail.elt && event.detail.elt.closest && event.detail.elt.closest("[data-cordee-live]");
  const lost = (event) => connection(isLive(event)
    ? "Connexion perdue. Rien n’est perdu : le calcul continue, et cette page réessaie seule."
    : "Connexion perdue. Rien n’est perdu : réessayez.");
  document.addEventListener("htmx:sendError", lost);
  document.addEventListener("htmx:timeout", lost);
  // A field that saves itself shows what was typed, sent or not: it is sent again as soon as the
  // connection is back, for nobody would see that it was not.
  const unsent = new Set();
  const keepForLater = (event) => {
    const field = event.detail.elt;
    if (field && field.matches && field.matches("input, select, textarea")) unsent.add(field);
  };
  const sendAgain = () => {
    const fields = [...unsent].filter((field) => field.isConnected);
    unsent.clear();
    fields.forEach((field) => field.dispatchEvent(new Event("change", { bubbles: true })));
  };
  document.addEventListener("htmx:sendError", keepForLater);
  document.addEventListener("htmx:timeout", keepForLater);
  window.addEventListener("online", () => { connection(""); sendAgain(); });
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 401) keepForLater(event);
    const type = event.detail.xhr.getResponseHeader("Content-Type") || "";
    const why = type.startsWith("text/plain") && event.detail.xhr.responseText;
    connection({
      401: "Cordée ne sait plus qui vous êtes. Rien n’est perdu : connectez-vous dans un autre onglet, puis revenez ici.",
      403: "Cette page ne vous est plus ouverte. Connectez-vous, puis rechargez-la.",
      404: "Cette page ne vous est plus ouverte. Connectez-vous, puis rechargez-la.",
    }[status] || why || "La panne vient de chez nous. Réessayez dans cinq minutes.");
  });
  // Signed in again in another tab: the page's own token is of before, the browser holds today's.
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (token) event.detail.headers["X-CSRFToken"] = token[1];
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sendAgain(); });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful) return;
    connection("");
    sendAgain();
  });

  // News of a live page (data-cordee-say) are read aloud when they change, not at each swap.
  const LIVE_SILENCE_MS = 8000;
  let told = null;
  let toldAt = 0;
  const tellNews = () => {
    const live = document.querySelector("[data-cordee-say]");
    const news = live && live.getAttribute("data-cordee-say");
    if (!news || news === told || Date.now() - toldAt < LIVE_SILENCE_MS) return;
    if (told !== null) say(news); // the first one is on the page that is being read
    told = news;
    toldAt = Date.now();
  };
  tellNews();
  document.addEventListener("htmx:afterSettle", tellNews);
  document.documentElement.dataset.cordeeReady = "true";
})();
