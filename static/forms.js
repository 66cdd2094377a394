// Forms that are saved as they are typed. htmx sends them; here we say what of it: that which has changed since the last
// save that succeeded. We tell people when something is not saved yet, go on trying, and keep them from leaving meanwhile.
// Nothing is kept in the browser's storage. Without this file, or without JavaScript, the form's own button saves.

const RETRY = 5000; // milliseconds
const SETTLED = 50; // milliseconds after which htmx has put all of an answer in its place

const WAITING = "Your last changes are not saved yet. We keep trying. Leave this page open.";
const ENDED = "Your session has ended. Sign in in another tab; this page will then save by itself.";

const ticked = (control) => control.type === "checkbox" || control.type === "radio";
const isTyped = (control) => control.name && !["hidden", "file", "submit", "button"].includes(control.type);
const isLine = (control) => control.tagName === "INPUT" && isTyped(control) && !ticked(control);
const valueOf = (control) => (ticked(control) ? control.checked : control.value);

const wordsOf = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent.trim();

// What the page came with, whatever the browser has filled in since.
function valueAtFirst(control) {
  if (ticked(control)) return control.defaultChecked;
  if (!control.options) return control.defaultValue;
  return ([...control.options].find((option) => option.defaultSelected) ?? control.options[0])?.value;
}

// What is saved together: a block of the page, or else the controls of one field (a date, radios, rows).
const groupOf = (control) => control.closest("[data-block]") ?? control.name.split("-", 1)[0];

function keepSaved(form) {
  const status = form.querySelector("#saved");
  const path = new URL(form.getAttribute("hx-post"), location.href).pathname;
  const saved = new WeakMap(); // of controls that were sent: what is saved, undefined until we know that it is
  let whole = form.dataset.autosave === "whole"; // the page shows what nobody has saved, so all of it is to be sent
  let sending = new Map();
  let typed = 0; // how often something was typed, …
  let sent = 0; // … when the request was sent, …
  let kept = 0; // … and when the last request that succeeded was sent
  let timer = null;
  let underWay = false; // a save
  let pressed = null; // the button that was pressed meanwhile
  let signedOut = false;
  let leaving = false;

  const savedOf = (control) => (saved.has(control) ? saved.get(control) : valueAtFirst(control));
  const isChanged = (control) => isTyped(control) && (whole || valueOf(control) !== savedOf(control));

  // Of what htmx would send, leaves what has changed and what is hidden. What holds nothing is sent empty.
  function choose(parameters) {
    const groups = new Set([...form.elements].filter(isChanged).map(groupOf));
    const controls = [...form.elements].filter((control) => isTyped(control) && groups.has(groupOf(control)));
    const names = new Set(controls.map((control) => control.name));
    for (const control of form.elements) {
      if (isTyped(control) && !names.has(control.name)) parameters.delete(control.name);
    }
    for (const name of names) {
      if (!parameters.has(name)) parameters.append(name, "");
    }
    controls.forEach((control) => saved.set(control, undefined));
    return new Map(controls.map((control) => [control, valueOf(control)]));
  }

  function tell(message, link) {
    if (status.textContent.startsWith(message)) return; // a screen reader need not hear it at each attempt
    const words = document.createElement("span");
    words.className = "app-saved--waiting";
    words.textContent = message;
    if (link) words.append(" ", link);
    status.replaceChildren(words);
  }

  function signInLink() {
    const link = document.createElement("a");
    link.className = "govuk-link";
    link.href = form.dataset.signIn;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "Sign in (opens in a new tab)";
    return link;
  }

  function retryLater() {
    clearTimeout(timer);
    timer = setTimeout(retry, RETRY);
  }

  async function retry() {
    clearTimeout(timer);
    if (typed === kept) return;
    if (signedOut && !(await renewToken())) return retryLater();
    form.dispatchEvent(new Event("retry"));
  }

  // After signing in again the form's token is another one: it is read from a fresh copy of this page.
  async function renewToken() {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return false;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const token = page.querySelector("form[data-autosave] [name=csrfmiddlewaretoken]");
      if (token) form.elements.csrfmiddlewaretoken.value = token.value;
      return Boolean(token);
    } catch {
      return false;
    }
  }

  const elsewhere = (xhr) => xhr.responseURL !== "" && new URL(xhr.responseURL).pathname !== path;

  function failed(xhr) {
    if (xhr.status === 409) return tell(wordsOf(xhr.responseText)); // trying again would not help
    signedOut = xhr.status === 401 || xhr.status === 403 || elsewhere(xhr);
    if (signedOut) tell(ENDED, signInLink());
    else tell(WAITING);
    retryLater();
  }

  function succeeded() {
    whole = false;
    kept = sent;
    sending.forEach((value, control) => saved.set(control, value));
  }

  form.addEventListener("input", () => {
    typed += 1;
    leaving = false;
  });
  form.addEventListener("submit", (event) => {
    if (underWay) {
      // the answer to that save brings the form up to date; sent before it, one's own words would come back as another's
      event.preventDefault();
      pressed = event.submitter;
      return;
    }
    leaving = true; // sent whole by the button: a save that came after it would be out of date
    kept = typed;
    clearTimeout(timer);
  });
  form.addEventListener("keydown", (event) => {
    // the line is saved by itself, so Enter leaves the person where they are in mid-conversation; buttons still send
    if (event.key === "Enter" && isLine(event.target)) event.preventDefault();
  });
  form.addEventListener("htmx:configRequest", (event) => {
    if (leaving) return event.preventDefault();
    sent = typed;
    sending = choose(event.detail.parameters);
  });
  form.addEventListener("htmx:beforeRequest", () => {
    underWay = true;
  });
  form.addEventListener("htmx:beforeSwap", (event) => {
    if (elsewhere(event.detail.xhr)) event.detail.shouldSwap = false; // a sign-in page is not an answer to a save
  });
  form.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (event.detail.target.hasAttribute("data-follows")) return; // it follows from what else was sent, this with it
    // what somebody has begun to type meanwhile is not taken from them; sent next, it comes back with both versions
    if ([...form.elements].some((control) => event.detail.target.contains(control) && isChanged(control))) {
      event.detail.shouldSwap = false;
    }
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    const xhr = event.detail.xhr;
    underWay = false;
    if (pressed) {
      const button = pressed;
      pressed = null;
      setTimeout(() => form.requestSubmit(button), SETTLED);
    }
    if (!event.detail.successful || elsewhere(xhr)) return failed(xhr);
    if (!xhr.responseText.includes("data-unsaved")) succeeded(); // some of it may not be an answer yet
    signedOut = false;
    clearTimeout(timer);
  });
  addEventListener("online", retry);
  addEventListener("beforeunload", (event) => {
    if (typed !== kept) event.preventDefault();
  });
}

// What is typed into another long form is kept when its button is pressed; whoever would leave without that is asked first.
function askBeforeLeaving(form) {
  let unsent = false;

  form.addEventListener("input", () => {
    unsent = true;
  });
  form.addEventListener("submit", () => {
    unsent = false;
  });
  addEventListener("beforeunload", (event) => {
    if (unsent) event.preventDefault();
  });
}

// A form that came without its session is sent again with the token of the session that there is by then.
function sendAgain(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const answer = await fetch(form.dataset.token, { credentials: "same-origin" });
      if (answer.redirected) {
        form.querySelector("[role=alert]").textContent = "You are not signed in yet. Sign in in the other tab, then send your form again.";
        return;
      }
      form.elements.csrfmiddlewaretoken.value = (await answer.json()).token;
    } catch {
      // sent with the old token: the page that comes then has a new one, and says so
    }
    HTMLFormElement.prototype.submit.call(form);
  });
}

document.querySelectorAll("form[data-token]").forEach(sendAgain);
document.querySelectorAll("form[data-autosave]").forEach(keepSaved);
document.querySelectorAll("form:not([data-autosave]):has(textarea)").forEach(askBeforeLeaving);
