// Noting in the field, in three touches, with or without network. What is noted waits in this
// browser, by its number and without a name, until its author sends it.
(() => {
  "use strict";
  const root = document.querySelector("[data-cordee-field]");
  if (!root) return;
  const data = JSON.parse(root.dataset.given);
  const { author, structure, sprite, state, send, login, token } = root.dataset;
  const QUEUE = `cordee-terrain-${author}-${structure}`;
  const CACHE = "cordee-terrain";
  const UNDO_MS = 10000, AT_ONCE = 500, AT_LEAVING = 150, SHOWN = 12;
  const LEVELS = [
    ["acquired", "Acquis", "acquis"],
    ["in_progress", "En cours", "encours"],
    ["not_seen", "Pas vu", "pasvu"],
  ];
  const part = (name) => document.querySelector(`[data-field="${name}"]`);
  const chosen = { learner: null, situation: null };
  // What was noted since the page opened, sent or not: the level by person and criterion.
  const noted = {};
  let ended = false, sending = false, last = null;

  // --- What waits: read again before each change, for another tab may have sent it.
  const waiting = () => {
    try { return JSON.parse(localStorage.getItem(QUEUE)) || []; } catch { return []; }
  };
  const change = (how) => {
    localStorage.setItem(QUEUE, JSON.stringify(how(waiting())));
    showQueue();
  };

  // --- Drawing
  const make = (tag, attributes = {}, ...inside) => {
    const element = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => {
      if (name === "onclick") element.addEventListener("click", value);
      else element.setAttribute(name, value);
    });
    element.append(...inside);
    return element;
  };
  const drawing = (symbol, look) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", look);
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${sprite}#${symbol}`);
    svg.append(use);
    return svg;
  };
  const picto = (name) => drawing(`p-${name}`, "picto");
  const tile = (label, sign, pressed, onclick) =>
    make("button", { type: "button", class: "tuile", "aria-pressed": String(pressed), onclick }, sign, label);
  const button = (label, onclick) =>
    make("button", { type: "button", class: "btn btn-second", onclick }, label);
  // The first dozen, then the rest at one more touch.
  const tiles = (box, rows, draw) => {
    const shown = rows.length > SHOWN && box.dataset.all !== "yes" ? SHOWN - 1 : rows.length;
    box.replaceChildren(...rows.slice(0, shown).map(draw));
    if (shown < rows.length) {
      const more = make("span", { class: "initiales", "aria-hidden": "true" }, "…");
      box.append(tile(`Les ${rows.length - shown} autres`, more, false, () => {
        box.dataset.all = "yes";
        tiles(box, rows, draw);
        box.children[shown].focus();
      }));
    }
  };
  const initials = (name) =>
    make("span", { class: "initiales", "aria-hidden": "true" }, name.slice(0, 2));
  const nameOf = (id) => (data.learners.find((one) => one.id === id) || { name: "Une personne" }).name;
  const sentenceOf = (key) => {
    const found = data.situations.flatMap((one) => one.criteria).find((one) => one.key === key);
    return found ? `« ${found.sentence.replace(/\.$/, "")} »` : "un critère";
  };
  const wordOf = (level) => LEVELS.find((one) => one[0] === level)[1].toLowerCase();
  const told = (one) => `${nameOf(one.learner)}, ${sentenceOf(one.criterion)} : ${wordOf(one.level)}`;

  // Each touch is a page to go back to.
  const go = (step) => {
    history.pushState({ step }, "");
    show(step);
  };
  window.addEventListener("popstate", (event) => show((event.state || { step: 1 }).step));
  const show = (step) => {
    const { learner, situation } = chosen;
    ["who", "what", "how"].forEach((name, at) => part(name).classList.toggle("ici", at === step - 1));
    part("step").textContent = `Touche ${step} sur 3`;
    tiles(part("learners"), data.learners, (one) =>
      tile(one.name, initials(one.name), one === learner, () => {
        chosen.learner = one;
        go(situation ? 3 : 2);
      }));
    tiles(part("situations"), data.situations, (one) =>
      tile(one.title, picto(one.icon), one === situation, () => {
        chosen.situation = one;
        go(chosen.learner ? 3 : 1);
      }));
    part("said").replaceChildren(...[[learner && learner.name, 1], [situation && situation.title, 2]]
      .filter(([label]) => label)
      .map(([label, to]) => make(
        "button", { type: "button", class: "jeton", onclick: () => go(to) },
        drawing("i-coche", "icone"), label, make("span", { class: "visually-hidden" }, " : changer"),
        drawing("i-crayon", "icone"))));
    part("criteria").replaceChildren(...(learner && situation ? situation.criteria : []).map((one) => {
      return make("fieldset", { class: "critere" }, make("legend", {}, one.sentence),
        make("div", { class: "tuiles tuiles-trois" }, ...LEVELS.map(([level, label, sign]) =>
          tile(label, picto(sign), noted[`${learner.id}|${one.key}`] === level, () => note(one.key, level)))));
    }));
    part("how").hidden = !(learner && situation);
  };

  // --- Noting, and taking back for ten seconds
  const day = () => {
    const now = new Date();
    return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  };
  const note = (criterion, level) => {
    const { learner, situation } = chosen;
    const key = `${learner.id}|${criterion}`, before = noted[key];
    const known = (data.known[key] || { id: null }).id;
    const one = {
      number: crypto.randomUUID(), learner: learner.id, situation: situation.key, criterion, level,
      seen_on: day(), known, at: Date.now(),
    };
    try {
      change((all) => [...all, one]);
    } catch {
      said("Ce téléphone n’a plus de place : rien n’est noté. Envoyez d’abord ce qui attend.");
      return;
    }
    last = one;
    noted[key] = level;
    said(`Noté : ${learner.name}, ${wordOf(level)}`, button("Annuler (10 s)", () => {
      change((all) => all.filter((each) => each.number !== one.number));
      noted[key] = before;
      said(`Annulé : ${learner.name}, ${wordOf(level)}`);
      show(3);
    }));
    setTimeout(() => {
      if (last === one) part("done").querySelector("button")?.remove();
      sendAll();
    }, UNDO_MS);
    show(3);
  };
  const said = (words, ...more) => {
    part("done").replaceChildren(drawing("i-sur", "icone"), make("span", {}, words), ...more);
    part("done").hidden = false;
  };

  // --- What waits, to be seen
  const showQueue = () => {
    const all = waiting();
    part("queue").hidden = all.length === 0;
    const many = all.length > 1;
    const soon = !ended && navigator.onLine !== false && all.every((one) => Date.now() - one.at < UNDO_MS);
    const kept = many ? `${all.length} notes gardées` : "1 note gardée";
    const goes = many ? "elles partiront" : "elle partira";
    part("count").textContent = soon
      ? `${many ? `${all.length} notes partent` : "1 note part"} dans 10 s.`
      : `${kept} sur ce téléphone ; ${goes} avec le signal.`;
    part("ended").hidden = !ended;
    part("list").replaceChildren(...all.map((one) => {
      const drop = button("Retirer", () => change((rows) => rows.filter((each) => each.number !== one.number)));
      const row = make("li", {}, make("p", {}, `${told(one)}, vu le ${one.seen_on.split("-").reverse().join("/")}`));
      if (one.fault) row.append(make("p", { class: "vigilance" }, one.fault));
      if (one.now) {
        row.append(
          make("p", {}, `Entre-temps, ${one.now.by} a noté « ${wordOf(one.now.level)} » (vu le ${one.now.on}).`),
          button("Garder les deux", () => {
            change((rows) => rows.map((each) => {
              if (each.number !== one.number) return each;
              const { now, ...rest } = each;
              return { ...rest, known: now.id };
            }));
            sendAll();
          }));
      }
      row.append(drop);
      return row;
    }));
  };

  // --- Sending: only by its author, each once
  const post = (rows, by, keepalive) => fetch(send, {
    method: "POST",
    keepalive,
    headers: { "Content-Type": "application/json", "X-CSRFToken": by },
    body: JSON.stringify({ observations: rows.map(({ at, ...one }) => one) }),
  });
  const sendAll = async () => {
    const due = waiting()
      .filter((one) => !one.fault && !one.now && Date.now() - one.at >= UNDO_MS).slice(0, AT_ONCE);
    if (sending || !due.length || navigator.onLine === false) return;
    sending = true;
    try {
      const asked = await fetch(state, { cache: "no-store", redirect: "manual" });
      const who = asked.ok ? await asked.json() : {};
      ended = String(who.author) !== author;
      if (ended) return;
      const answer = await post(due, who.token, false);
      if (!answer.ok) return;
      const { results } = await answer.json();
      change((all) => all.flatMap((one) => {
        const result = results[one.number];
        if (!result) return [one];
        return result.state === "kept" ? [] : [{ ...one, ...result }];
      }));
    } catch {
      // No network: what waits stays, and goes with the next signal.
    } finally {
      sending = false;
      showQueue();
    }
  };

  part("login").href = `${login}?next=${encodeURIComponent(location.pathname)}`;
  // Left at once, the page sends all the same, and waits for no answer: they stay here, and are sent
  // again when it opens; twice is once. The token is of this session: another one refuses them.
  window.addEventListener("pagehide", () => {
    part("done").hidden = true;
    change((all) => all.map((one) => ({ ...one, at: 0 })));
    const due = waiting().filter((one) => !one.fault && !one.now).slice(0, AT_LEAVING);
    if (due.length && navigator.onLine !== false) post(due, token, true).catch(() => {});
  });
  window.addEventListener("pageshow", sendAll);
  window.addEventListener("online", sendAll);
  window.addEventListener("offline", showQueue);
  setInterval(sendAll, 15000);
  // Where nobody learns yet there is nothing to touch; what waits is told all the same.
  if (part("who")) show(1);
  showQueue();
  sendAll();
  // This page and what it is drawn with, to open without network; signing out forgets them.
  if ("serviceWorker" in navigator && window.caches && navigator.onLine !== false) {
    // Refused where one leaves the page at once, or in a window that keeps nothing.
    navigator.serviceWorker.register(root.dataset.worker, { scope: location.pathname }).catch(() => {});
    const needs = [...document.querySelectorAll("script[src], link[rel=stylesheet], link[rel=icon]")];
    caches.open(CACHE).then((cache) => cache.addAll(
      [location.pathname, sprite, ...needs.map((one) => one.src || one.href)])).catch(() => {});
  }
})();
