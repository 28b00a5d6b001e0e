// Passkeys: a form with data-cordee-passkey asks the device, then sends what it answers.
// "add" makes a key, "use" proves with one, "login" asks the server what to ask first.
(() => {
  "use strict";
  const json = window.webauthnJSON;
  const canDo = Boolean(json && window.PublicKeyCredential);
  document.querySelectorAll("[data-cordee-passkey-place]").forEach((p) => { p.hidden = !canDo; });
  document.querySelectorAll("[data-cordee-passkey-lacks]").forEach((p) => { p.hidden = canDo; });
  if (!canDo) return;

  const options = async (form) => {
    if (form.dataset.cordeePasskey !== "login") return JSON.parse(form.dataset.cordeePasskeyOptions);
    const answer = await fetch(form.action, {
      headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
    });
    if (!answer.ok) throw new Error("server");
    return (await answer.json()).request_options;
  };

  const ask = async (form) => {
    const asked = await options(form);
    if (form.dataset.cordeePasskey !== "add") return json.get(asked);
    const alone = form.querySelector("[name=passwordless]");
    const wished = asked.publicKey.authenticatorSelection;
    wished.residentKey = alone && alone.checked ? "required" : "discouraged";
    wished.requireResidentKey = Boolean(alone && alone.checked);
    if (wished.requireResidentKey) wished.userVerification = "required";
    return json.create(asked);
  };

  const words = (error) => {
    if (error.name === "InvalidStateError") return "Cet appareil a déjà une clé pour ce compte.";
    if (error.name === "NotAllowedError") return "L’appareil n’a rien confirmé. Vous pouvez recommencer.";
    return "La clé n’a pas répondu. Réessayez, ou choisissez une autre façon.";
  };

  document.querySelectorAll("form[data-cordee-passkey]").forEach((form) => {
    const said = (form.closest("[data-cordee-passkey-place]") || form)
      .querySelector("[data-cordee-passkey-said]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = event.submitter || form.querySelector("button[type=submit]");
      button.disabled = true;
      said.textContent = "Votre appareil vous demande de confirmer…";
      try {
        form.querySelector("[name=credential]").value = JSON.stringify(await ask(form));
        form.submit();
      } catch (error) {
        said.textContent = words(error);
        button.disabled = false;
      }
    });
  });
})();
