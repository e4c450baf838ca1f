"use strict";

/** How often the ledger is looked at. */
const EVERY_MILLIS = 2000;

/** Id and secret, only here: they end with the page. */
let authorization = null;
/** What the page shows, as it was told; for whoever wants to compare. */
let shown = null;
let timer = 0;

const part = (id) => document.getElementById(id);

const say = (text, bad) => {
  part("status").textContent = text;
  part("status").classList.toggle("bad", Boolean(bad));
};

const basic = (id, secret) => {
  const bytes = new TextEncoder().encode(`${id}:${secret}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
};

const ask = async (method, path, body) => {
  const headers = { Authorization: authorization, Accept: "application/json" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  const answer = await fetch(path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
  });
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw Object.assign(new Error(problem.detail || `The server answered ${answer.status}.`), {
      status: answer.status,
    });
  }
  return answer.status === 204 ? null : answer.json();
};

/** Returns the seconds of a duration such as PT1H2M3.004S, as the server writes them. */
const seconds = (iso) => {
  const found = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(iso);
  return found ? (found[1] || 0) * 3600 + (found[2] || 0) * 60 + Number(found[3] || 0) : NaN;
};

const UNITS = [["d", 86400], ["h", 3600], ["min", 60]];

/** Says seconds in words, such as 4 min 59 s. */
const words = (total) => {
  const said = [];
  let left = Math.round(total * 1000) / 1000;
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) {
      said.push(`${count} ${unit}`);
    }
  }
  if (left >= 0.0005 || said.length === 0) {
    said.push(`${left.toLocaleString("en-US", { maximumFractionDigits: 3 })} s`);
  }
  return said.join(" ");
};

/** Says how long something lasts yet, without parts of a second. */
const yet = (iso) => words(Math.ceil(seconds(iso)));
const number = (value) => value.toLocaleString("en-US");

const sum = (limit, of) => limit.shares.reduce((all, share) => all + of(share), 0);

const state = (limit) => {
  const states = [];
  if (seconds(limit.pausedFor) > 0) {
    states.push(`paused for ${yet(limit.pausedFor)}`);
  }
  if (seconds(limit.learnsFor) > 0) {
    states.push(`learning for ${yet(limit.learnsFor)}`);
  }
  return states.join(", ");
};

/** Does what an operator wants, and looks again. */
const act = async (card, method, path, body) => {
  const said = card.querySelector(".said");
  said.textContent = "";
  try {
    await ask(method, `${path}?name=${encodeURIComponent(card.dataset.limit)}`, body);
    for (const input of card.querySelectorAll(".change input")) {
      input.defaultValue = input.value;
    }
  } catch (failure) {
    said.textContent = failure.message;
  }
  await look();
};

const makeCard = (limit) => {
  const card = part("limit").content.firstElementChild.cloneNode(true);
  card.dataset.limit = limit.name;
  const change = card.querySelector(".change");
  change.addEventListener("submit", (event) => {
    event.preventDefault();
    const rest = Number(change.elements.rest.value);
    act(card, "PUT", "v1/limits", {
      permits: Number(change.elements.permits.value),
      rest: `PT${rest.toFixed(9)}S`,
    });
  });
  card.querySelector(".pause").addEventListener("submit", (event) => {
    event.preventDefault();
    const value = Number(event.target.elements.seconds.value);
    act(card, "PUT", "v1/pauses", { pause: `PT${value}S` });
  });
  card.querySelector(".resume").addEventListener("click", () => act(card, "DELETE", "v1/pauses"));
  return card;
};

/** Follows what is so now, unless somebody has typed something else. */
const follow = (input, value) => {
  if (input.value === input.defaultValue) {
    input.defaultValue = value;
    input.value = input.defaultValue;
  }
};

const fill = (card, limit) => {
  const fields = card.querySelector(".change").elements;
  follow(fields.permits, limit.limit.permits);
  follow(fields.rest, seconds(limit.limit.rest));
  const tell = (name, text) => {
    card.querySelector(`[data-of="${name}"]`).textContent = text;
  };
  const held = sum(limit, (share) => share.held);
  tell("name", limit.name);
  tell("limit", `${number(limit.limit.permits)} slots, each rests for ${words(seconds(limit.limit.rest))}`);
  tell("state", state(limit));
  tell("held", number(held));
  tell("inUse", number(sum(limit, (share) => share.use.inUse)));
  tell("waiting", number(sum(limit, (share) => share.use.waiting)));
  tell("wanted", number(sum(limit, (share) => share.use.wanted)));
  const bar = card.querySelector(".bar");
  bar.setAttribute("aria-valuemax", limit.limit.permits);
  bar.setAttribute("aria-valuenow", Math.min(held, limit.limit.permits));
  bar.firstElementChild.style.width = `${Math.min(100, (100 * held) / limit.limit.permits)}%`;
  const rows = limit.shares.map((share) => {
    const row = document.createElement("tr");
    const lease = seconds(share.leaseEndsIn);
    for (const text of [
      share.client ? `${share.client}/${share.instance}` : share.instance,
      number(share.held),
      number(share.use.inUse),
      number(share.use.waiting),
      number(share.use.wanted),
      lease > 0 ? yet(share.leaseEndsIn) : "ended",
    ]) {
      row.insertCell().textContent = text;
    }
    row.cells[0].title = row.cells[0].textContent; // it may be cut off
    return row;
  });
  card.querySelector("tbody").replaceChildren(...rows);
};

const show = (ledger) => {
  const cards = new Map();
  for (const card of part("limits").children) {
    cards.set(card.dataset.limit, card);
  }
  const wanted = ledger.limits.map((limit) => {
    const card = cards.get(limit.name) || makeCard(limit);
    fill(card, limit);
    return card;
  });
  // Cards that are there stay where they are, so that nobody loses what he types.
  for (const card of cards.values()) {
    if (!wanted.includes(card)) {
      card.remove();
    }
  }
  wanted.forEach((card, i) => {
    if (part("limits").children[i] !== card) {
      part("limits").insertBefore(card, part("limits").children[i] || null);
    }
  });
  part("login").hidden = true;
  part("limits").hidden = false;
  part("logout").hidden = false;
  const count = ledger.limits.length;
  say(`Namespace ${ledger.namespace}, ${count} limit${count === 1 ? "" : "s"}, at ${new Date().toLocaleTimeString()}`);
  shown = ledger;
};

const logout = (text, bad) => {
  clearTimeout(timer);
  authorization = null;
  shown = null;
  part("limits").replaceChildren();
  part("limits").hidden = true;
  part("logout").hidden = true;
  part("login").hidden = false;
  say(text, bad);
};

async function look() {
  clearTimeout(timer);
  const asked = authorization;
  try {
    const ledger = await ask("GET", "v1/ledger");
    if (asked === authorization) {
      show(ledger);
    }
  } catch (failure) {
    if (asked === authorization && (failure.status === 401 || failure.status === 403)) {
      logout(failure.message, true);
      return;
    }
    say(`Not up to date: ${failure.message}`, true);
  }
  if (authorization !== null) {
    clearTimeout(timer);
    timer = setTimeout(look, EVERY_MILLIS);
  }
}

part("login").addEventListener("submit", (event) => {
  event.preventDefault();
  authorization = basic(part("id").value, part("secret").value);
  part("secret").value = "";
  look();
});
part("logout").addEventListener("click", () => logout("Logged out."));
