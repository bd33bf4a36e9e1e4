// Passkeys and security keys: asks the browser for one and hands over what it answers. The server decides.
// Without this script the buttons stay hidden; an app or a recovery code works without it.
(() => {
  "use strict";

  const toBytes = (text) => {
    const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  };
  const toText = (buffer) => {
    const bytes = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte));
    return btoa(bytes.join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const withBytes = (keys) => (keys || []).map((key) => ({ ...key, id: toBytes(key.id) }));

  class Refused extends Error {}

  async function post(address, body, box) {
    const answer = await fetch(address, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRFToken": box.querySelector("[name=csrfmiddlewaretoken]").value,
      },
      credentials: "same-origin",
      redirect: "manual",
      body: JSON.stringify(body),
    });
    if (answer.type === "opaqueredirect") throw new Refused(box.dataset.textStale);
    let data = {};
    try {
      data = await answer.json();
    } catch {
      throw new Refused(box.dataset.textFailed);
    }
    if (!answer.ok) throw new Refused(data.detail || box.dataset.textFailed);
    return data;
  }

  function readable(credential) {
    const { response } = credential;
    const parts = { clientDataJSON: toText(response.clientDataJSON) };
    if (response.attestationObject) {
      parts.attestationObject = toText(response.attestationObject);
      parts.transports = response.getTransports ? response.getTransports() : [];
    } else {
      parts.authenticatorData = toText(response.authenticatorData);
      parts.signature = toText(response.signature);
      parts.userHandle = response.userHandle && response.userHandle.byteLength ? toText(response.userHandle) : null;
    }
    return {
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      response: parts,
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  }

  const ceremonies = {
    async create(options) {
      options.challenge = toBytes(options.challenge);
      options.user.id = toBytes(options.user.id);
      options.excludeCredentials = withBytes(options.excludeCredentials);
      return navigator.credentials.create({ publicKey: options });
    },
    async get(options, extra) {
      options.challenge = toBytes(options.challenge);
      options.allowCredentials = withBytes(options.allowCredentials);
      return navigator.credentials.get({ publicKey: options, ...extra });
    },
  };

  async function run(box, extra = {}) {
    const options = await post(box.dataset.begin, {}, box);
    const credential = await ceremonies[box.dataset.passkey](options, extra);
    const name = document.getElementById(box.dataset.nameField || "");
    const body = { credential: readable(credential), next: box.dataset.next || "", name: name ? name.value : "" };
    const { redirect_url: onward } = await post(box.dataset.complete, body, box);
    window.location.assign(onward);
  }

  function sentence(error, box) {
    if (error instanceof Refused) return error.message;
    const texts = {
      InvalidStateError: box.dataset.textKnown,
      NotAllowedError: box.dataset.textCancelled,
      SecurityError: box.dataset.textAddress,
    };
    return texts[error.name] || box.dataset.textFailed;
  }

  for (const box of document.querySelectorAll("[data-passkey]")) {
    const button = box.querySelector("button");
    const said = box.querySelector("[role=alert]");
    const say = (text) => {
      said.textContent = text;
      said.hidden = !text;
    };
    if (!window.PublicKeyCredential) {
      say(box.dataset.textUnsupported);
      continue;
    }
    let waiting = null;
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (waiting) waiting.abort();
      waiting = null;
      say("");
      button.disabled = true;
      try {
        await run(box);
      } catch (error) {
        button.disabled = false;
        say(sentence(error, box));
      }
    });

    // The browser offers a passkey in the list under the field for the mail address, if it can.
    const offer = async () => {
      const can = window.PublicKeyCredential.isConditionalMediationAvailable;
      if (!can || !(await can.call(window.PublicKeyCredential))) return;
      waiting = new AbortController();
      try {
        await run(box, { mediation: "conditional", signal: waiting.signal });
      } catch (error) {
        if (error instanceof Refused) say(error.message);
      }
    };
    if ("offer" in box.dataset) offer();
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
