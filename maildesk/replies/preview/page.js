"use strict";
// Remembers width and colours, and where the page is live takes over what changed without losing the reader's place.
const choices = document.querySelectorAll("header input");
for (const choice of choices) {
  try {
    if (sessionStorage.getItem(choice.name) === choice.id) choice.checked = true;
  } catch { /* a browser that keeps nothing for local files */ }
  choice.addEventListener("change", () => {
    try { sessionStorage.setItem(choice.name, choice.id); } catch { /* the same */ }
  });
}
const live = document.body.dataset.version;
const status = document.getElementById("status");
let version = live;
async function takeOver(newer) {
  const answer = await fetch(location.href);
  if (!answer.ok) throw new Error(answer.statusText);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = document.activeElement?.getAttribute("href");
  for (const part of ["nav", "main"]) {
    const [old, now] = [document.querySelector(part), fresh.querySelector(part)];
    if (old.innerHTML !== now.innerHTML) old.innerHTML = now.innerHTML;
  }
  if (focused) document.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  version = newer;
  status.textContent = "Shown anew at " + new Date().toLocaleTimeString();
}
async function look() {
  try {
    const newer = document.hidden ? version : await (await fetch("/version")).text();
    if (newer !== version) await takeOver(newer);
    else if (status.textContent.startsWith("The preview")) status.textContent = "Live again";
  } catch {
    status.textContent = "The preview has ended; start it again to see changes.";
  }
  setTimeout(look, 1000);
}
if (live) look();
