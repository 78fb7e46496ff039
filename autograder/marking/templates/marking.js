"use strict";
// The marking page. Whatever a student wrote comes as HTML that the server made safe, or is set as
// text; the page's policy lets no other script run.
(() => {
  const $ = (id) => document.getElementById(id);
  const state = { overview: null, key: null, answer: null, progress: null, example: null };
  const waiting = new Map(); // answer -> what is still to be saved
  let saving = Promise.resolve();
  let looking = Promise.resolve();

  async function api(path, body) {
    const options = body === undefined ? {} : { method: "PUT", body: JSON.stringify(body) };
    return fetch(`api/${path}`, options);
  }

  const rubric = () => state.overview.rubrics[state.answer.task];
  const place = (key) => state.overview.answers.indexOf(key) + 1;
  const number = (key) => key.split("/").pop();
  const points = (value) => String(Math.round(value * 100) / 100);

  function element(tag, text, attributes = {}) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  }

  function shownScore() {
    const { ticks, decided } = state.answer;
    if (state.answer.elsewhere !== null && !ticks.length) return state.answer.score;
    if (!decided && !ticks.length) return null;
    const { items, steps } = rubric();
    if (!items.length) return ticks.length ? steps[ticks[ticks.length - 1]] : 0;
    return ticks.reduce((sum, tick) => sum + items[tick].points, 0);
  }

  function showScore() {
    const score = shownScore();
    $("score").textContent = score === null
      ? `No mark yet, of ${points(rubric().points)}`
      : `${points(score)} of ${points(rubric().points)} points`;
  }

  function drawItems() {
    const { items, steps } = rubric();
    const several = items.length > 0;
    const list = several ? items : steps.map((step) => ({ text: `${points(step)} points`, points: step }));
    $("items").replaceChildren(...list.map((item, index) => {
      const row = element("div", "", { class: "item" });
      const box = element("input", "", {
        type: several ? "checkbox" : "radio", name: "item", id: `item-${index}`, value: index,
      });
      box.addEventListener("change", () => tick(index, box.checked));
      const sign = element("span", "", { class: "sign", id: `sign-${index}`, hidden: "" });
      row.append(box, element("kbd", several ? String(index + 1) : ""),
        element("label", item.text, { for: `item-${index}` }),
        element("span", several ? points(item.points) : "", { class: "points" }), sign);
      return row;
    }));
    if (several) {
      const row = element("div", "", { class: "item" });
      const none = element("input", "", { type: "checkbox", id: "none" });
      none.addEventListener("change", () => setNone(none.checked));
      row.append(none, element("kbd", "0"), element("label", "No points", { for: "none" }));
      $("items").append(row);
    }
  }

  function showTicks() {
    document.querySelectorAll("#items input[name=item]").forEach((box) => {
      box.checked = state.answer.ticks.includes(Number(box.value));
      box.disabled = state.answer.closed;
    });
    if ($("none")) {
      $("none").checked = state.answer.decided && !state.answer.ticks.length
        && state.answer.elsewhere === null;
      $("none").disabled = state.answer.closed;
    }
    showScore();
  }

  function tick(index, on) {
    if (state.answer.closed) return;
    if (!rubric().items.length) state.answer.ticks = on ? [index] : [];
    else {
      const others = state.answer.ticks.filter((one) => one !== index);
      state.answer.ticks = (on ? [...others, index] : others).sort((a, b) => a - b);
    }
    state.answer.decided = state.answer.ticks.length > 0;
    state.answer.elsewhere = null;
    showTicks();
    save();
  }

  function setNone(on) {
    if (state.answer.closed) return;
    state.answer.ticks = [];
    state.answer.decided = on;
    state.answer.elsewhere = null;
    showTicks();
    save();
  }

  function say(text, failed = false) {
    $("saved").textContent = text;
    $("saved").classList.toggle("failed", failed);
  }

  // One save at a time; what changed meanwhile goes with the next one.
  function save() {
    if (state.example !== null) return;
    const { ticks, decided, comment } = state.answer;
    waiting.set(state.key, { answer: state.answer, ticks: [...ticks], decided, comment });
    say("Saving …");
    saving = saving.then(flush);
  }

  async function flush() {
    for (const [key, change] of [...waiting]) {
      waiting.delete(key);
      await send(key, change);
    }
  }

  async function send(key, change) {
    const body = { ticks: change.ticks, decided: change.decided, comment: change.comment,
      revision: change.answer.revision };
    for (let attempt = 1; ; attempt += 1) {
      let reply = null;
      try { reply = await api(`answers/${key}`, body); } catch { /* the server is away */ }
      if (reply !== null && reply.ok) {
        const now = await reply.json();
        change.answer.revision = now.revision;
        change.answer.other = now.other;
        change.answer.score = now.score;
        if (key === state.key) {
          showOther();
          if (!waiting.has(key)) say("Saved in the gradebook."); // or what changed since is not
        }
        await refresh();
        return;
      }
      if (reply !== null && reply.status === 409) {
        const theirs = await reply.json();
        waiting.delete(key);
        if (key === state.key) {
          show(theirs);
          say("Somebody else changed this mark meanwhile. Theirs is shown; yours was not saved.", true);
        } else say(`Somebody else marked answer ${number(key)} meanwhile; yours was not saved.`, true);
        return;
      }
      if (reply !== null && reply.status !== 503) {
        say("This could not be saved. Load the page again.", true);
        return;
      }
      say(reply ? "The gradebook is in use: trying again …"
        : "Not saved: is camlab marks still running? Trying again …", true);
      await new Promise((done) => setTimeout(done, Math.min(500 * attempt, 5000)));
    }
  }

  function pictures(title, whence, count) {
    if (!count) return [element("h3", title), element("p", "There are none.")];
    const all = [element("h3", title)];
    for (let index = 0; index < count; index += 1) {
      all.push(element("img", "", {
        src: `api/pictures/${state.key}/${whence}/${index}`, alt: `${title}, picture ${index + 1} of ${count}`,
      }));
    }
    return all;
  }

  function showOther() {
    const { other, for_two: forTwo, closed } = state.answer;
    let text = "";
    if (other) {
      const items = rubric().items;
      const said = other.ticks.map((index) => index + 1).join(", ") || "nothing";
      text = `${other.ta} gave ${points(other.score)}${items.length ? ` (ticked ${said})` : ""}. `
        + "The first reader's mark counts: talk where you differ, and change what was wrong.";
    } else if (closed) text = "Two TAs have this answer.";
    else if (forTwo) text = "This answer is given to two TAs, who do not see each other's mark before both gave one.";
    $("other").textContent = text;
    $("other").hidden = !text;
  }

  function show(answer) {
    state.answer = answer;
    const elsewhere = answer.elsewhere !== null && answer.elsewhere !== undefined;
    $("answer-title").textContent = `Answer ${place(state.key)} of ${state.overview.answers.length}, no. ${number(state.key)}`;
    document.title = `${place(state.key)} of ${state.overview.answers.length}: marking ${state.overview.lab}`;
    $("notice").hidden = !elsewhere;
    if (elsewhere) $("notice").textContent = `Marked elsewhere (Formgrader or a spreadsheet): ${points(answer.elsewhere)}. A tick here replaces that.`;
    $("text").innerHTML = answer.html || "<p>No text.</p>";
    $("pictures").replaceChildren(
      ...pictures("Maps as handed in, with the student's weights", "handed-in", answer.handed_in),
      ...pictures("Maps as run here", "made-here", answer.made_here),
    );
    drawItems();
    showTicks();
    $("comment").value = answer.comment;
    $("comment").disabled = answer.closed;
    $("scheme-text").innerHTML = rubric().scheme || (rubric().items.length ? "" : "<p>The notebook has no marking scheme for it.</p>");
    showOther();
    say("");
  }

  async function open(key) {
    leaveComment();
    await saving;
    const reply = await api(`answers/${key}`);
    if (!reply.ok) { say("This answer could not be read. Load the page again.", true); return; }
    state.key = key;
    history.replaceState(null, "", `#${key}`);
    show(await reply.json());
    window.scrollTo(0, 0);
    $("answer").focus({ preventScroll: true });
  }

  function leaveComment() {
    if (state.answer && $("comment").value !== state.answer.comment && state.example === null) {
      state.answer.comment = $("comment").value;
      save();
    }
  }

  // One look after the other, so that what is shown last was asked last.
  function refresh() {
    looking = looking.then(look, look);
    return looking;
  }

  async function look() {
    const reply = await api("progress");
    if (!reply.ok) return;
    state.progress = await reply.json();
    const total = state.overview.answers.length;
    const { marked, second_readings: second } = state.progress;
    $("progress").textContent = `${marked.length} of ${total} marked`
      + (second ? `, ${second} ${second === 1 ? "waits" : "wait"} for two TAs` : "");
    showSentences();
    showAgreement();
  }

  function showAgreement() {
    const parts = [];
    for (const [task, found] of Object.entries(state.progress.agreement)) {
      if (!found.both) { parts.push(element("p", `${task}: no answer was marked by two TAs yet.`)); continue; }
      parts.push(element("p", `${task}: ${found.both} marked by two TAs, ${found.same} with the same points; `
        + `on average ${points(found.difference)} points apart.`));
      const list = element("ul");
      state.overview.rubrics[task].items.forEach((item, index) => {
        list.append(element("li", `${item.text}: alike on ${found.items[index]} of ${found.both}`));
      });
      parts.push(list);
      for (const key of found.differing) {
        const button = element("button", `Talk about no. ${number(key)}`, { type: "button" });
        button.addEventListener("click", () => open(key));
        parts.push(button);
      }
    }
    $("agreement-text").replaceChildren(...parts);
  }

  function showSentences() {
    const { sentences } = state.progress;
    $("sentences-part").hidden = !sentences.length;
    $("sentences").replaceChildren(...sentences.map((text, index) => {
      const line = element("li");
      const button = element("button", text, { type: "button" });
      button.addEventListener("click", () => insert(index));
      line.append(button);
      return line;
    }));
  }

  async function insert(index) {
    const text = state.progress.sentences[index];
    if (!text || state.answer.closed) return;
    const before = $("comment").value.trim();
    $("comment").value = before ? `${before} ${text}` : text;
    leaveComment();
    await api("sentences", { text });
    await refresh();
  }

  async function keep() {
    const text = $("comment").value.trim();
    if (!text) return;
    await api("sentences", { text });
    await refresh();
    say("Kept as a sentence.");
  }

  // Worked examples: a mark first, then what it should have been, and why.
  function showExample(index) {
    state.example = index;
    const example = state.overview.examples[index];
    const total = state.overview.examples.length;
    state.answer = { task: example.task, ticks: [], decided: false, comment: "", closed: false, elsewhere: null, other: null, score: null };
    $("answer-title").textContent = `Worked example ${index + 1} of ${total}: mark it, then compare`;
    $("text").innerHTML = example.text;
    $("pictures").replaceChildren();
    $("comment-part").hidden = true;
    $("calibration").hidden = false;
    $("why").hidden = true;
    $("reveal").firstChild.textContent = "Compare ";
    $("notice").hidden = true;
    drawItems();
    showTicks();
    $("scheme-text").innerHTML = rubric().scheme;
    $("answer").focus({ preventScroll: true });
  }

  function reveal() {
    if (!$("why").hidden) {
      if (state.example + 1 < state.overview.examples.length) showExample(state.example + 1);
      else leaveExamples();
      return;
    }
    const example = state.overview.examples[state.example];
    example.meets = example.ticks;
    rubric().items.forEach((item, index) => {
      const meant = example.meets.includes(index);
      const yours = state.answer.ticks.includes(index);
      $(`sign-${index}`).hidden = false;
      $(`sign-${index}`).textContent = (meant ? "✓ it meets this" : "✗ it does not meet this")
        + (meant === yours ? "" : ", and you ticked otherwise");
    });
    $("why").textContent = `It should get ${points(example.points)} of ${points(rubric().points)}. ${example.why}`;
    $("why").hidden = false;
    const last = state.example + 1 === state.overview.examples.length;
    $("reveal").firstChild.textContent = last ? "To the answers " : "Next example ";
  }

  async function leaveExamples() {
    state.example = null;
    $("comment-part").hidden = false;
    $("calibration").hidden = true;
    await api("calibrated", {});
    await start();
  }

  const toggle = (button, part) => {
    $(part).hidden = !$(part).hidden;
    $(button).setAttribute("aria-expanded", String(!$(part).hidden));
  };

  function step(by) {
    const { answers } = state.overview;
    const at = answers.indexOf(state.key) + by;
    if (at >= 0 && at < answers.length) return open(answers[at]);
    say(by > 0 ? "This is the last answer." : "This is the first answer.");
    return undefined;
  }

  async function nextWaiting() {
    leaveComment();
    await saving;
    await refresh();
    const { answers } = state.overview;
    const left = state.progress.waiting.filter((key) => key !== state.key);
    const at = answers.indexOf(state.key);
    const next = left.find((key) => answers.indexOf(key) > at) ?? left[0];
    if (next) await open(next);
    else say("No other answer waits for you.");
  }

  let choosing = false; // after `s`, a digit chooses a sentence
  function choose(on) {
    choosing = on;
    $("sentences-part").classList.toggle("choosing", on);
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !state.answer) return;
    if (event.target === $("comment")) {
      if (event.key === "Escape") { $("answer").focus({ preventScroll: true }); event.preventDefault(); }
      return;
    }
    if (!$("keys-on").checked && event.key !== "?") return;
    const digit = /^[0-9]$/.test(event.key) ? Number(event.key) : null;
    if (choosing) {
      choose(false);
      if (digit) { event.preventDefault(); insert(digit - 1); }
      return;
    }
    if (digit !== null) {
      const box = digit === 0 ? $("none") : $(`item-${digit - 1}`);
      if (box && !box.disabled) { event.preventDefault(); box.click(); }
      return;
    }
    const always = { g: () => toggle("show-agreement", "agreement"), "?": () => toggle("show-keys", "keys") };
    const marking = {
      n: nextWaiting, j: () => step(1), k: () => step(-1), e: keep,
      c: () => $("comment").focus(),
      s: () => { if (state.progress.sentences.length) choose(true); },
    };
    const inExample = { x: leaveExamples };
    if (state.example !== null && event.key === "Enter" && event.target.tagName !== "BUTTON") inExample.Enter = reveal;
    const act = always[event.key] ?? (state.example === null ? marking : inExample)[event.key];
    if (act) { event.preventDefault(); act(); }
  }

  async function start() {
    await refresh();
    const { answers } = state.overview;
    if (!answers.length) { $("answer-title").textContent = "No written answer waits for a person."; return; }
    const asked = decodeURIComponent(location.hash.slice(1));
    await open(answers.includes(asked) ? asked : state.progress.waiting[0] ?? answers[0]);
  }

  async function begin() {
    state.overview = await (await api("overview")).json();
    $("title").textContent = `Marking ${state.overview.lab}, ${state.overview.ta}`;
    $("previous").addEventListener("click", () => step(-1));
    $("next").addEventListener("click", () => step(1));
    $("next-waiting").addEventListener("click", nextWaiting);
    $("show-agreement").addEventListener("click", () => toggle("show-agreement", "agreement"));
    $("show-keys").addEventListener("click", () => toggle("show-keys", "keys"));
    $("keep").addEventListener("click", keep);
    $("reveal").addEventListener("click", reveal);
    $("skip").addEventListener("click", leaveExamples);
    $("comment").addEventListener("change", leaveComment);
    $("mark").addEventListener("submit", (event) => event.preventDefault());
    document.addEventListener("keydown", onKey);
    window.addEventListener("beforeunload", (event) => {
      leaveComment();
      if (waiting.size) event.preventDefault();
    });
    if (state.overview.calibrated || !state.overview.answers.length) await start();
    else { await refresh(); showExample(0); }
    document.body.dataset.ready = "yes";
  }

  begin();
})();
