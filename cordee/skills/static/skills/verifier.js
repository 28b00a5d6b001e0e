/* Checks an attestation on this phone: what follows # in the address is never sent.

   It reads the published key and its words from the page, and asks for the whole list of withdrawn
   numbers, so that nobody learns which one is looked for. Without Ed25519, the form sends. */
(async () => {
  "use strict";
  const root = document.querySelector("[data-cordee-verifier]");
  const given = JSON.parse(root.dataset.given);
  const part = (name) => root.querySelector(`[data-verifier="${name}"]`);
  const title = document.querySelector("h1");
  const form = part("form");
  const DAY = new Intl.DateTimeFormat("fr-FR", { dateStyle: "long", timeZone: "Europe/Paris" });
  let turns = 0;

  const refuse = (code) => {
    throw Object.assign(new Error(code), { code });
  };

  // Only the one way to write these bytes: else its last letter could change unseen.
  function bytesOf(text) {
    let raw = "";
    try {
      raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    } catch {
      refuse("cut");
    }
    const again = btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
    if (again !== text) refuse("cut");
    return Uint8Array.from(raw, (sign) => sign.charCodeAt(0));
  }

  function objectOf(text) {
    const bytes = bytesOf(text);
    try {
      const said = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
      if (said?.constructor === Object) return said;
    } catch {}
    return refuse("cut");
  }

  async function verify(token, key) {
    if (!token) refuse("empty");
    if (token.length > given.most) refuse("long");
    const [first, second, signature, ...more] = token.split(".");
    if (!first || !second || signature === undefined || more.length) refuse("cut");
    const header = objectOf(first);
    if (header.alg !== "EdDSA") refuse("algorithm");
    if (signature.length !== 86) refuse("cut");
    const signed = new TextEncoder().encode(`${first}.${second}`);
    const isOurs = await crypto.subtle.verify("Ed25519", key, bytesOf(signature), signed);
    if (!isOurs) refuse(header.kid === given.key.kid ? "altered" : "other_key");
    const said = objectOf(second);
    const { achievement, id } = said.credentialSubject;
    return {
      number: said.jti.slice("urn:uuid:".length),
      who: decodeURIComponent(id.replace("data:,", "")),
      competence: achievement.name,
      sentences: achievement.criteria.narrative.split("\n"),
      told: achievement.description,
      structure: said.issuer.name,
      issued: DAY.format(said.nbf * 1000),
    };
  }

  // Undefined where nobody could tell.
  async function isWithdrawn(number) {
    if (!navigator.onLine) return undefined;
    try {
      const options = { cache: "no-store", signal: AbortSignal.timeout(5000) };
      const answer = await fetch(given.withdrawn, options);
      return (await answer.json()).withdrawn.includes(number);
    } catch {
      return undefined;
    }
  }

  function show(state, said, withdrawn) {
    let words = given.titles[state];
    for (const name of ["who", "competence"]) words = words.replace(`{said.${name}}`, () => said[name]);
    title.textContent = words;
    document.title = words;
    part("answer").hidden = !said.who;
    const fault = given.faults[state] || "";
    part("wrong").hidden = !fault;
    part("fault").textContent = fault;
    for (const name of ["who", "competence", "told", "structure", "issued"]) {
      part(name).textContent = said[name] || "";
    }
    part("sentences").replaceChildren(
      ...(said.sentences || []).map((sentence) => {
        const line = document.createElement("li");
        line.textContent = sentence;
        return line;
      }),
    );
    part("kept").hidden = !(state === "genuine" && withdrawn === false);
    part("unknown").hidden = !(state === "genuine" && withdrawn === undefined);
    part("gone").hidden = state !== "withdrawn";
  }

  async function check(key) {
    const turn = (turns += 1);
    const token = form.elements.code.value.replace(/\s/g, "").split("#").pop();
    try {
      const said = await verify(token, key);
      const withdrawn = await isWithdrawn(said.number);
      if (turn === turns) show(withdrawn ? "withdrawn" : "genuine", said, withdrawn);
    } catch (error) {
      if (turn === turns) show(error.code in given.faults ? error.code : "cut", {});
    }
  }

  const key = await Promise.resolve()
    .then(() => crypto.subtle.importKey("jwk", given.key, "Ed25519", false, ["verify"]))
    .catch(() => null);

  function fromAddress() {
    if (location.hash.length < 2) return;
    form.elements.code.value = location.hash.slice(1);
    if (key) check(key);
  }

  if (key) {
    part("sends").hidden = true;
    part("here").hidden = false;
    part("button").textContent = part("button").dataset.here;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      check(key);
    });
  }
  window.addEventListener("hashchange", fromAddress);
  fromAddress();
})();
