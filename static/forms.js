// Forms that are saved as they are typed. htmx sends them; here we tell people when something is not saved yet, go on
// trying, and keep them from leaving meanwhile. Nothing is kept in the browser's storage. Without this file, or without
// JavaScript, the form's own button saves.

const RETRY = 5000; // milliseconds

const WAITING = "Your last changes are not saved yet. We keep trying. Leave this page open.";
const CHANGED = "Somebody has changed this since you opened it, so your last changes are not saved. Save to see both versions.";
const ENDED = "Your session has ended. Sign in in another tab; this page will then save by itself.";

function keepSaved(form) {
  const status = form.querySelector("#saved");
  const path = new URL(form.getAttribute("hx-post"), location.href).pathname;
  let typed = 0; // how often something was typed, …
  let sent = 0; // … when the request was sent, …
  let kept = 0; // … and when the last request that succeeded was sent
  let timer = null;
  let signedOut = false;

  function tell(message, link) {
    if (status.textContent.startsWith(message)) return; // a screen reader need not hear it at each attempt
    status.textContent = message;
    if (link) status.append(" ", link);
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
    if (xhr.status === 409) return tell(CHANGED); // trying again would not help
    signedOut = xhr.status === 401 || xhr.status === 403 || elsewhere(xhr);
    if (signedOut) tell(ENDED, signInLink());
    else tell(WAITING);
    retryLater();
  }

  form.addEventListener("input", () => {
    typed += 1;
  });
  form.addEventListener("submit", () => {
    kept = typed; // sent by the button: leaving is meant
    clearTimeout(timer);
  });
  form.addEventListener("htmx:beforeRequest", () => {
    sent = typed;
  });
  form.addEventListener("htmx:beforeSwap", (event) => {
    if (elsewhere(event.detail.xhr)) event.detail.shouldSwap = false; // a sign-in page is not an answer to a save
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    const xhr = event.detail.xhr;
    if (!event.detail.successful || elsewhere(xhr)) return failed(xhr);
    if (!xhr.responseText.includes("data-unsaved")) kept = sent; // some of it may not be an answer yet
    signedOut = false;
    clearTimeout(timer);
  });
  addEventListener("online", retry);
  addEventListener("beforeunload", (event) => {
    if (typed !== kept) event.preventDefault();
  });
}

document.querySelectorAll("form[data-autosave]").forEach(keepSaved);
