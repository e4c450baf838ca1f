"use strict";

/** Asks twice a second what to show, and draws the last minute of it. */
const EVERY_MS = 500;
const POINTS = 120;

/** What the page shows now, as /live said it; also for tests. */
let shown = null;

const cards = new Map();
const number = (value) => value.toLocaleString("en-US");
const seconds = (millis) => (millis / 1000).toFixed(1);

function put(root, values) {
  for (const [name, value] of Object.entries(values)) {
    root.querySelector(`[data-of="${name}"]`).textContent = value;
  }
}

function gauge(bar, max, ...values) {
  const sum = values.reduce((a, b) => a + b, 0);
  bar.setAttribute("aria-valuemax", max);
  bar.setAttribute("aria-valuenow", Math.min(sum, max));
  bar.setAttribute("aria-valuetext", `${sum} of ${max}`);
  let left = 100;
  values.forEach((value, i) => {
    const width = Math.min(left, (100 * value) / max);
    left -= width;
    bar.children[i].style.width = `${width}%`;
  });
}

function copyOf(template, into) {
  const copy = document.getElementById(template).content.firstElementChild.cloneNode(true);
  document.getElementById(into).append(copy);
  return copy;
}

/** Returns the card of a bucket or the row of a client, which is made when it is first seen. */
function cardOf(template, into, name) {
  const key = `${template} ${name}`;
  if (!cards.has(key)) {
    const root = copyOf(template, into);
    root.dataset[template] = name;
    cards.set(key, { root, history: [] });
  }
  return cards.get(key);
}

function curve(line, values, max) {
  const first = POINTS - values.length;
  const y = (value) => 98 - (96 * Math.min(value, max)) / max;
  line.setAttribute("points", values.map((v, i) => `${first + i},${y(v).toFixed(1)}`).join(" "));
}

function showBucket(bucket) {
  const card = cardOf("bucket", "buckets", bucket.name);
  put(card.root, {
    name: bucket.name,
    limit: bucket.limit,
    inUse: number(bucket.inUse),
    waiting: number(bucket.waiting),
    wait: `${seconds(bucket.p50Millis)} / ${seconds(bucket.p99Millis)} s`,
    paused: bucket.pausedMillis > 0 ? `${seconds(bucket.pausedMillis)} s` : "no",
  });
  const bar = card.root.querySelector(".bar");
  bar.setAttribute("aria-label", `permits in use of ${bucket.name}`);
  gauge(bar, bucket.permits, bucket.inUse);
  card.history.push(bucket);
  if (card.history.length > POINTS) {
    card.history.shift();
  }
  const waiting = card.history.map((then) => then.waiting);
  curve(card.root.querySelector(".in-use"), card.history.map((then) => then.inUse), bucket.permits);
  curve(card.root.querySelector(".waiting"), waiting, Math.max(bucket.permits, ...waiting));
}

function show(live) {
  put(document, {
    done: number(live.done),
    errands: number(live.errands),
    calls: number(live.calls),
    refused: number(live.refused),
    strangerCalls: number(live.strangerCalls),
    counted: number(live.ours + live.strangers),
    shopLimit: number(live.limit),
    ours: number(live.ours),
    strangers: number(live.strangers),
  });
  gauge(document.getElementById("counted"), live.limit, live.ours, live.strangers);
  live.buckets.forEach(showBucket);
  for (const client of live.clients) {
    put(cardOf("client", "clients", client.name).root, {
      name: client.name,
      done: number(client.done),
      retried: number(client.retried),
      failed: number(client.failed),
      breaker: client.breaker,
    });
  }
  shown = live;
}

/** Says it only if it is new, since it is read aloud. */
function say(text, kind) {
  const status = document.getElementById("status");
  if (status.textContent !== text) {
    status.textContent = text;
    status.className = kind;
  }
}

async function look() {
  try {
    const answer = await fetch("live", { cache: "no-store" });
    const live = await answer.json();
    show(live);
    if (live.ended) {
      say("The demo has ended.", "over");
      return;
    }
    say(live.errands > 0 ? "Running" : "About to begin", "");
  } catch (failure) {
    say("The demo does not answer; this is its last state.", "lost");
  }
  setTimeout(look, EVERY_MS);
}

look();
