/* What the pages do a little better with JavaScript; everything works without it. Words come from data attributes of #offline. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const banner = document.getElementById("offline");
  const words = banner ? banner.dataset : {};
  const DRAFT = "rl:draft:";
  const WEEK = 7 * 864e5;

  /* A lost line says so and waits. */
  const online = () => banner && (banner.firstElementChild.hidden = navigator.onLine);
  addEventListener("online", online);
  addEventListener("offline", online);
  online();
  /* A request that never came through says so too, even where the phone believes that it is connected. */
  document.addEventListener("htmx:error", () => { if (banner) banner.firstElementChild.hidden = false; });
  document.addEventListener("htmx:after:swap", online);

  /* A double tap does nothing twice. The name of the pressed button still goes along: it is disabled a moment later. */
  const release = (root) => all("[aria-busy=true]", root).forEach((b) => { b.disabled = false; b.removeAttribute("aria-busy"); });
  addEventListener("pageshow", () => release(document));
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "get") return;
    if (!navigator.onLine || form.dataset.waiting) {
      event.preventDefault();
      online();
      return;
    }
    if (form.dataset.forget !== undefined) store((s) => Object.keys(s).filter((k) => k.startsWith(DRAFT)).forEach((k) => s.removeItem(k)));
    setTimeout(() => all("button:not([type=button])", form).forEach((b) => { b.disabled = true; b.setAttribute("aria-busy", "true"); }));
    if (form.dataset.download !== undefined) setTimeout(() => release(form), 4000); /* a file leaves the page standing */
  });
  document.addEventListener("htmx:finally:request", (event) => release(event.target));

  /* Drafts. A sent draft is dropped by the first page that does not show its form again, or that shows it with good news:
     that page proves it arrived. */
  function store(use) { try { return use(localStorage); } catch { return null; } }
  const kept = (field) => field.name && field.name !== "csrf_token" && !["hidden", "password", "file", "submit"].includes(field.type) && field.dataset.nosave === undefined;
  const snapshot = (form) => [...form.elements].filter(kept).map((f) => [f.name, f.type === "checkbox" || f.type === "radio" ? f.checked && f.value : f.value]);
  const say = (form, text, action, then) => {
    const note = Object.assign(document.createElement("p"), { className: "draft-note", textContent: text });
    note.setAttribute("role", "status");
    if (action) {
      const undo = Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet button-small", textContent: action });
      undo.addEventListener("click", () => { then(); note.remove(); });
      note.append(undo);
    }
    form.prepend(note);
  };
  const restore = (form, values) => {
    [...form.elements].filter(kept).forEach((f, i) => {
      const [name, value] = values[i] || [];
      if (name !== f.name) return;
      if (f.type === "checkbox" || f.type === "radio") f.checked = value === f.value;
      else f.value = value;
    });
  };
  const keep = (form) => {
    const key = DRAFT + form.dataset.autosave;
    const fresh = JSON.stringify(snapshot(form));
    const draft = store((s) => JSON.parse(s.getItem(key)));
    const answered = form.querySelector("[aria-invalid]") || document.querySelector(".error-summary");
    const arrived = draft && draft.sent && !answered && document.querySelector(".flash.notice-good");
    if (arrived) store((s) => s.removeItem(key));
    else if (draft && !answered && Date.now() - draft.at < WEEK && JSON.stringify(draft.values) !== fresh) {
      restore(form, draft.values);
      say(form, words.restored, words.discard, () => { store((s) => s.removeItem(key)); restore(form, JSON.parse(fresh)); });
    }
    let timer;
    let told = false;
    const save = (sent) => {
      store((s) => s.setItem(key, JSON.stringify({ at: Date.now(), sent, values: snapshot(form) })));
      if (!sent && !told && store((s) => s.getItem(key))) told = !say(form, words.saved);
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 400, false); });
    form.addEventListener("submit", () => { clearTimeout(timer); save(true); });
  };
  all("form[data-autosave]").forEach(keep);
  store((s) => Object.keys(s).filter((k) => k.startsWith(DRAFT)).forEach((k) => {
    const draft = JSON.parse(s.getItem(k));
    const here = all("form[data-autosave]").some((f) => DRAFT + f.dataset.autosave === k);
    if (!here && (draft.sent || Date.now() - draft.at > WEEK)) s.removeItem(k);
  }));

  /* Attendance lists (data-queue="key"): sent without leaving the page; while the line is gone they stay on the phone, and are
     sent when it is back. The server takes the same list twice. */
  const QUEUE = "rl:queue:";
  const queued = () => store((s) => Object.keys(s).filter((k) => k.startsWith(QUEUE))) || [];
  const send = (list) => {
    const token = document.querySelector("[name=csrf_token]");
    const fields = list.fields.filter(([name]) => name !== "csrf_token").concat([["csrf_token", token ? token.value : ""], ["kiriman", "1"]]);
    return fetch(list.action, { method: "POST", body: new URLSearchParams(fields), redirect: "error" }).catch(() => null);
  };
  let flushing = false;
  const flush = async () => {
    if (flushing || !navigator.onLine || !document.querySelector("[name=csrf_token]")) return;
    flushing = true;
    for (const key of queued()) {
      const list = store((s) => JSON.parse(s.getItem(key)));
      const answer = list && await send(list);
      if (!answer) continue;
      const forget = () => store((s) => s.removeItem(key));
      const here = document.querySelector("form[data-queue]") || document.getElementById("isi");
      all(".draft-note", here).forEach((note) => note.remove());
      if (answer.ok) { forget(); say(here, list.words.sent); } else say(here, list.words.refused, list.words.discard, forget);
    }
    flushing = false;
  };
  const fill = (form) => {
    const list = store((s) => JSON.parse(s.getItem(QUEUE + form.dataset.queue)));
    if (!list) return;
    const there = new Set(list.fields.filter(([name]) => name === "hadir").map(([, value]) => value));
    all("input[name=hadir]:not(:disabled)", form).forEach((box) => { box.checked = there.has(box.value); });
  };
  const SAID = "rl:said";
  all("form[data-queue]").forEach((form) => {
    fill(form);
    if (store((s) => s.getItem(SAID))) { store((s) => s.removeItem(SAID)); say(form, form.dataset.done); }
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const { kept: words_kept, sent, refused, discard } = form.dataset;
      const list = { action: form.action, fields: [...new FormData(form)], words: { sent, refused, discard } };
      const stored = store((s) => { s.setItem(QUEUE + form.dataset.queue, JSON.stringify(list)); return true; });
      const answer = navigator.onLine ? await send(list) : null;
      if (answer && answer.ok) { store((s) => { s.removeItem(QUEUE + form.dataset.queue); s.setItem(SAID, "1"); }); location.reload(); return; }
      if (answer || !stored) { store((s) => s.removeItem(QUEUE + form.dataset.queue)); form.submit(); return; }
      say(form, words_kept);
    });
  });
  addEventListener("online", flush);
  flush();

  /* Clicks: steppers and copying. */
  document.addEventListener("click", (event) => {
    const step = event.target.closest("[data-step]");
    if (step) {
      const input = step.parentElement.querySelector("input");
      step.dataset.step > 0 ? input.stepUp() : input.stepDown();
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const copy = event.target.closest("[data-copy]");
    if (copy && navigator.clipboard) navigator.clipboard.writeText(copy.dataset.copy).then(() => { copy.lastElementChild.textContent = words.copied; });
  });

  /* A note or menu that lies over the page goes when one looks elsewhere. */
  const fold = (inside) => all("details.help[open], details.account[open]").forEach((d) => { if (!d.contains(inside)) d.open = false; });
  document.addEventListener("click", (event) => fold(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") fold(null);
    /* One key for each answer, where a page offers that and nobody is typing. */
    const typing = event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey;
    const answer = !typing && /^[a-z]$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`);
    if (answer) { event.preventDefault(); answer.click(); }
  });

  /* Photos are shrunk before they cost somebody's quota; what cannot be read goes as it is. */
  const shrink = async (file, side) => {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
    const image = await createImageBitmap(file).catch(() => null);
    const scale = image && Math.min(1, side / Math.max(image.width, image.height));
    if (!image || (scale === 1 && file.size < 4e5)) return file;
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width * scale, height: image.height * scale });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82));
    return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" }) : file;
  };
  const shrinkAll = async (input) => {
    const before = [...input.files];
    input.form.dataset.waiting = "1";
    const files = new DataTransfer();
    for (const file of before) files.items.add(await shrink(file, +input.dataset.shrink || 1600));
    input.files = files.files;
    delete input.form.dataset.waiting;
    if (before.some((file, i) => file.size !== input.files[i].size)) say(input.form, words.shrunk);
  };

  /* Choices: photos, "select all", and at most data-max boxes (four to compare). */
  const limit = (box) => {
    const boxes = all("input[type=checkbox]:not([data-select-all])", box);
    const full = boxes.filter((b) => b.checked).length >= +box.dataset.max;
    boxes.forEach((b) => { b.disabled = full && !b.checked; });
  };
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.dataset.shrink && window.DataTransfer) shrinkAll(input);
    if (input.dataset.selectAll !== undefined) all(`input[name="${input.dataset.selectAll}"]:not(:disabled)`, input.form || document).forEach((b) => { b.checked = input.checked; });
    const box = input.closest("[data-max]");
    if (box) limit(box);
  });

  /* The last day of a deadline ticks by itself. */
  const tick = () => all("[data-deadline]").forEach((clock) => {
    const left = Math.floor((Date.parse(clock.dataset.deadline) - Date.now()) / 1000);
    const two = (n) => String(n).padStart(2, "0");
    clock.textContent = left > 0 ? `${two(Math.floor(left / 3600))}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}` : clock.dataset.over;
  });
  if (all("[data-deadline]").length) { tick(); setInterval(tick, 1000); }

  /* Where one is stands in sight, also at the end of a long row of tabs. */
  all(".tabs, .strip, .rail").forEach((row) => {
    const now = row.querySelector("[aria-current]");
    if (!now || row.scrollWidth <= row.clientWidth) return;
    const [a, b] = [row.getBoundingClientRect(), now.getBoundingClientRect()];
    row.scrollLeft += b.left - a.left - (a.width - b.width) / 2;
  });

  /* What only makes sense with a script shows itself now, and again in what htmx brings. */
  const wake = (root) => {
    all("[data-step], [data-copy]", root).forEach((b) => { b.hidden = false; });
    all("[data-max]", root).forEach(limit);
    all("form[data-autosave]", root).filter((f) => !f.dataset.kept).forEach((f) => { f.dataset.kept = "1"; if (root !== document) keep(f); });
    const focus = root.querySelector("[data-focus]");
    if (focus) { focus.removeAttribute("data-focus"); focus.focus(); }
  };
  wake(document);
  document.addEventListener("htmx:after:swap", () => wake(document.body));
})();
