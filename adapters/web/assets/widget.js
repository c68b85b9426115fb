// The chat on a website. It loads nothing else, sets no cookie, runs no inline code and writes no HTML: all words become text nodes, and
// styles are a constructed sheet, so that a strict policy of the page needs to allow this script and its host alone.
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || !script.src || window.groupdeskWidget) return;
  const base = new URL("api/v1/", script.src).href;
  const data = script.dataset;
  const store = `groupdesk:${base}:${data.visitorId || ""}`;
  const texts = {
    zh: {
      title: "在线客服", open: "打开", close: "关闭", say: "输入消息", send: "发送", log: "对话",
      you: "您", desk: "客服", now: "现在是服务时间", later: "现在不在服务时间，可以留言", next: "下次上班：", hours: "服务时间：",
      contacts: "其他联系方式", offline: "连接断开，正在重连……", waits: "发送中……", failed: "没有发出去，连上后会再发",
      refused: "没有发出去：", recalled: "这条消息已撤回", edited: "已修改", slow: "发得太快了，稍后会再发", denied: "请先登录网站，再联系客服。",
      none: "联系不上客服，请检查网页的设置。", file: "打开文件", picture: "查看图片", empty: "有什么可以帮您？直接打字提问。", unread: "条新消息", more: "更早的消息", long: "消息太长，最多 4000 字",
    },
    en: {
      title: "Support", open: "open chat", close: "close chat", say: "Type a message", send: "Send", log: "Conversation",
      you: "You", desk: "Support", now: "We are open now", later: "We are closed now; leave a message", next: "We are back: ", hours: "Hours: ",
      contacts: "Other ways to reach us", offline: "Connection lost, trying again…", waits: "Sending…", failed: "Not sent; it will be once we are connected",
      refused: "Not sent: ", recalled: "This message was taken back", edited: "edited", slow: "Too fast; it will be sent in a moment", denied: "Please log in on this site to talk to us.",
      none: "The chat can't be reached; the page is not set up for it.", file: "Open the file", picture: "See the picture", empty: "How can we help? Just type your question.", unread: "new", more: "Earlier messages", long: "Too long: 4000 characters at most",
    },
  };
  const wanted = (data.language || document.documentElement.lang || navigator.language || "zh").toLowerCase();
  let language = wanted.startsWith("zh") ? "zh" : "en";
  let t = texts[language];

  // What outlives a reload: the token, what is not sent yet, and what was read.
  let kept = { token: null, out: [], read: 0, last: 0 };
  // Tabs of one browser share it: each keeps what the others have not sent, and forgets what it has sent itself.
  const done = new Set();
  const stored = () => {
    try {
      const found = JSON.parse(localStorage.getItem(store) || "{}");
      found.out = (Array.isArray(found.out) ? found.out : []).filter((one) => !done.has(one.id) && !kept.out.some((own) => own.id === one.id));
      return found;
    } catch { return { out: [] }; /* private mode, or a stranger's value */ }
  };
  const load = () => {
    const found = stored();
    kept = Object.assign(kept, found, { out: kept.out.concat(found.out) });
  };
  const keep = () => {
    const all = Object.assign({}, kept, { out: kept.out.concat(stored().out) });
    try { localStorage.setItem(store, JSON.stringify(all)); } catch { /* it lives as long as the page */ }
  };
  const settle = (one) => { done.add(one.id); kept.out = kept.out.filter((other) => other.id !== one.id); };
  load();

  const make = (name, properties, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(properties || {})) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value !== undefined && value !== null && value !== false) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  };

  const host = make("div", { "data-groupdesk": "" });
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
:host{all:initial;--accent:#1f6feb;--on:#fff;--page:#fff;--soft:#f2f4f7;--line:#d5dae1;--text:#1b2028;--dim:#566070;--bad:#b3261e;color-scheme:light dark}
@media (prefers-color-scheme:dark){:host{--accent:#79aefc;--on:#0d1522;--page:#161b24;--soft:#232b37;--line:#3a4454;--text:#e8ecf2;--dim:#a9b4c4;--bad:#ff9c93}}
*{box-sizing:border-box;font:15px/1.5 system-ui,-apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
[hidden]{display:none!important}
button{cursor:pointer;border:0;background:none;color:inherit;padding:0}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.launch{position:fixed;inset-inline-end:20px;bottom:20px;z-index:2147483000;background:var(--accent);color:var(--on);border-radius:28px;min-height:52px;padding:0 20px;box-shadow:0 4px 16px #0004;font-weight:600}
.count{background:var(--bad);color:var(--page);border-radius:10px;padding:1px 8px;margin-inline-start:8px;font-size:13px}
.panel{position:fixed;inset-inline-end:20px;bottom:84px;z-index:2147483000;width:min(380px,calc(100vw - 24px));height:min(600px,calc(100vh - 104px));display:flex;flex-direction:column;background:var(--page);color:var(--text);border:1px solid var(--line);border-radius:14px;box-shadow:0 10px 40px #0005;overflow:hidden}
.head{display:flex;align-items:flex-start;gap:8px;padding:12px 14px;border-bottom:1px solid var(--line)}
.head div{flex:1;min-width:0}
h2{margin:0;font-size:16px;font-weight:600;overflow-wrap:anywhere}
p{margin:0}
.dim,time,small{color:var(--dim);font-size:13px}
.close{width:36px;height:36px;border-radius:8px;font-size:22px;line-height:1}
.lost{background:var(--soft);color:var(--bad);padding:6px 14px}
.log{flex:1;overflow-y:auto;padding:12px 14px;display:flex;flex-direction:column;gap:10px;overscroll-behavior:contain}
.said{max-width:88%;align-self:flex-start}
.said.own{align-self:flex-end;text-align:end}
.words{background:var(--soft);border-radius:12px;padding:8px 12px;white-space:pre-wrap;overflow-wrap:anywhere;text-align:start;display:inline-block;max-width:100%}
.own .words{background:var(--accent);color:var(--on)}
.gone .words{background:none;border:1px dashed var(--line);color:var(--dim)}
a{color:inherit;text-decoration:underline}
.choice{display:block;width:100%;text-align:start;border:1px solid var(--accent);color:var(--text);border-radius:10px;padding:7px 12px;margin-top:6px;background:var(--page);min-height:40px}
.file{padding:4px 12px}
strong{font-weight:600;color:var(--text)}
.log:not(:has(.said))::before{content:attr(data-empty);color:var(--dim);margin:auto;text-align:center}
.more{align-self:center;color:var(--dim);text-decoration:underline;min-height:32px}
details{padding:6px 14px;border-bottom:1px solid var(--line);color:var(--dim);max-height:40%;overflow-y:auto}
summary{cursor:pointer;font-size:13px}
form{display:flex;gap:8px;align-items:flex-end;padding:10px 12px;border-top:1px solid var(--line)}
textarea{flex:1;min-width:0;resize:none;border:1px solid var(--dim);border-radius:10px;padding:8px 10px;background:var(--page);color:var(--text);max-height:140px}
.send{background:var(--accent);color:var(--on);border-radius:10px;padding:8px 16px;min-height:42px;font-weight:600}
.hide{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (max-width:480px){.panel{inset:0;width:100vw;height:100dvh;border:0;border-radius:0}}
@media print{:host{display:none}}
@media (prefers-reduced-motion:no-preference){.panel{animation:up .15s ease-out}@keyframes up{from{transform:translateY(8px)}}}`);
  root.adoptedStyleSheets = [sheet];
  if (data.accent && CSS.supports("color", data.accent)) host.style.setProperty("--accent", data.accent);

  const count = make("span", { class: "count", hidden: true });
  const launchText = make("span");
  const launch = make("button", { class: "launch", type: "button", "aria-expanded": "false", "aria-controls": "panel", onclick: () => toggle() }, launchText, count);
  const title = make("h2", { id: "title" });
  const status = make("p", { class: "dim" });
  const close = make("button", { class: "close", type: "button", onclick: () => toggle(false) }, make("span", { "aria-hidden": "true" }, "×"));
  const lost = make("p", { class: "lost", role: "status" });
  lost.hidden = true;
  const reach = make("details", { hidden: true }, make("summary"));
  const more = make("button", { class: "more", type: "button", hidden: true, onclick: () => earlier() });
  const log = make("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions text", tabindex: "0" }, more);
  const box = make("textarea", { id: "box", rows: "1", maxlength: "4000" });
  const label = make("label", { for: "box", class: "hide" });
  const send = make("button", { class: "send", type: "submit" });
  const form = make("form", { novalidate: true }, label, box, send);
  const panel = make("section", { id: "panel", class: "panel", role: "dialog", "aria-labelledby": "title", hidden: true },
    make("div", { class: "head" }, make("div", {}, title, status), close), reach, lost, log, form);
  root.append(launch, panel);

  const speak = () => {
    t = texts[language];
    host.lang = language === "zh" ? "zh-CN" : "en";
    title.textContent = launchText.textContent = data.title || t.title;
    close.setAttribute("aria-label", t.close);
    box.placeholder = label.textContent = t.say;
    send.textContent = t.send;
    log.setAttribute("aria-label", t.log);
    log.dataset.empty = t.empty;
    lost.textContent = t.offline;
    more.textContent = t.more;
    reach.firstChild.textContent = t.contacts;
  };

  // Words as text, with the addresses in them as links.
  const words = (text, linked) => {
    const out = make("span", { class: "words" });
    if (!linked) { out.textContent = text; return out; }
    let at = 0;
    for (const found of text.matchAll(/https?:\/\/[^\s<>"'（）【】《》「」，。；！？、]+/g)) {
      const address = found[0].replace(/[.,;:!?)\]]+$/, "");
      out.append(text.slice(at, found.index), link(address, address));
      at = found.index + address.length;
    }
    out.append(text.slice(at));
    return out;
  };
  const link = (address, text) => make("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, text);

  const shown = new Map();
  const draw = (message, own) => {
    const parts = [make("span", { class: "hide" }, `${own ? t.you : t.desk}: `)];
    if (message.type === "recalled") parts.push(words(t.recalled, false));
    else if (message.text) parts.push(words(message.text, !own));
    for (const address of message.links || []) {
      if (/^https?:\/\//.test(address)) parts.push(make("p", { class: "file" }, link(address, /\.(png|jpe?g|gif|webp)($|\?)/i.test(address) ? t.picture : t.file)));
    }
    for (const button of message.buttons || []) {
      parts.push(make("button", { class: "choice", type: "button", onclick: () => say(button.says, message.id) }, button.label));
    }
    const at = message.at ? new Date(message.at) : null;
    const notes = message.note || [at ? at.toLocaleTimeString(host.lang, { hour: "2-digit", minute: "2-digit" }) : "", message.edited ? t.edited : ""].filter(Boolean).join(" · ");
    parts.push(make("div", {}, make("small", {}, notes)));
    return make("div", { class: `said${own ? " own" : ""}${message.type === "recalled" ? " gone" : ""}` }, ...parts);
  };
  const put = (message, before) => {
    const own = message.type === "said";
    const key = (own ? "c" : "d") + message.id;
    const element = draw(message, own);
    const old = shown.get(key);
    // What is said already is not announced again.
    if (old && JSON.stringify(old.message) === JSON.stringify(message)) return false;
    const down = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
    if (old) old.element.replaceWith(element);
    else log.insertBefore(element, before || null);
    shown.set(key, { element, message });
    if (!before && (down || own)) log.scrollTop = log.scrollHeight;
    return !old;
  };
  const take = (message) => {
    kept.last = Math.max(kept.last, message.position || 0);
    if (message.type === "edited" || message.type === "recalled") {
      const old = message.message && shown.get("d" + message.message);
      if (old) put(message.type === "edited" ? Object.assign({}, old.message, message, { id: message.message, type: "reply", edited: true }) : { type: "recalled", id: message.message, at: message.at });
      else if (message.id === message.message) put(message);
    } else {
      const waits = message.type === "said" && kept.out.some((one) => one.id === message.id);
      if (message.type === "said" && message.pending && !waits) message.note = t.failed;
      put(waits ? Object.assign({ note: t.waits }, message) : message);
    }
    badge();
    keep();
  };
  const badge = () => {
    let unread = 0;
    for (const { message } of shown.values()) if (message.type === "reply" && message.position > kept.read) unread += 1;
    if (!panel.hidden && document.visibilityState === "visible") { kept.read = kept.last; unread = 0; }
    count.hidden = unread === 0;
    count.textContent = unread ? String(unread) : "";
    launch.setAttribute("aria-label", `${launchText.textContent}: ${panel.hidden ? t.open : t.close}${unread ? ` (${unread} ${t.unread})` : ""}`);
  };
  speak();
  badge();

  const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
  const call = (path, options) => {
    const headers = Object.assign({}, options && options.headers);
    if (kept.token) headers.Authorization = `Bearer ${kept.token}`;
    return fetch(base + path, Object.assign({ credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" }, options, { headers }));
  };
  const offline = (is) => { if (lost.hidden === is) lost.hidden = !is; };
  const deny = (text) => { status.textContent = text; box.disabled = send.disabled = true; };

  // Makes a token, or a new one of a token that is over.
  let beginning = null;
  const begin = (fresh) => {
    beginning = beginning || (async () => {
      // Another tab may have begun.
      if (!kept.token) load();
      if (kept.token && !data.visitorId && fresh) return;
      const about = data.visitorId ? { visitor: data.visitorId, hash: data.visitorHash || "" } : kept.token ? { token: kept.token } : {};
      const answer = await fetch(`${base}visitors`, { method: "POST", credentials: "omit", referrerPolicy: "no-referrer", headers: { "Content-Type": "application/json" }, body: JSON.stringify(about) });
      if (answer.status === 401 || answer.status === 403) { deny(data.visitorId ? t.none : t.denied); throw new Error("denied"); }
      if (!answer.ok) throw Object.assign(new Error("later"), { after: Number(answer.headers.get("Retry-After")) });
      kept.token = (await answer.json()).token;
      keep();
    })().finally(() => { beginning = null; });
    return beginning;
  };

  // Sends what waits, one after the other; what is sent twice is done once.
  let flushing = false;
  const flush = async () => {
    if (flushing) return;
    flushing = true;
    let pause = 1;
    // What a tab left unsent that is gone.
    const adopt = () => { load(); return kept.out.length; };
    while (kept.out.length || adopt()) {
      const one = kept.out[0];
      const note = (text) => put({ type: "said", id: one.id, text: one.text, note: text });
      try {
        if (!kept.token) await begin(true);
        const page = location.origin === "null" ? undefined : location.origin + location.pathname;
        const body = { id: one.id, text: one.text, quote: one.quote, name: data.visitorName, language, page };
        const answer = await call("messages", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
        if (answer.ok) {
          const { position } = await answer.json();
          settle(one);
          kept.last = Math.max(kept.last, 0);
          put({ type: "said", id: one.id, text: one.text, position, at: one.at });
          keep();
          pause = 1;
          listen();
          continue;
        }
        if (answer.status === 401) { kept.token = null; await begin(); continue; }
        if (answer.status !== 429 && answer.status < 500) {
          settle(one);
          keep();
          const why = await answer.json().catch(() => ({}));
          note(t.refused + (why.error || answer.status));
          continue;
        }
        note(answer.status === 429 ? t.slow : t.failed);
        await wait(Number(answer.headers.get("Retry-After")) || pause);
      } catch (error) {
        if (error.message === "denied") { note(t.denied); break; }
        note(t.failed);
        offline(true);
        await wait(error.after || pause);
      }
      pause = Math.min(pause * 2, 15);
    }
    flushing = false;
  };
  const say = (text, quote) => {
    text = text.trim();
    if (!text || box.disabled) return;
    const id = crypto.randomUUID ? crypto.randomUUID() : Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const one = { id, text, quote, at: new Date().toISOString() };
    kept.out.push(one);
    keep();
    put({ type: "said", id, text, note: t.waits });
    flush();
  };

  // What was said, and what is said. A background tab does not listen: a browser opens six streams to a host.
  let oldest = null;
  const history = async () => {
    const answer = await call(`messages?limit=50`);
    if (answer.status === 401) { kept.token = null; if (data.visitorId) await begin(); else keep(); return kept.token ? history() : 0; }
    if (!answer.ok) throw new Error("later");
    const { messages, position, more: before } = await answer.json();
    log.setAttribute("aria-busy", "true");
    messages.forEach(take);
    for (const one of kept.out) if (shown.has("c" + one.id)) log.append(shown.get("c" + one.id).element);
    log.removeAttribute("aria-busy");
    if (oldest === null && messages.length) oldest = messages[0].position;
    more.hidden = !before;
    return position;
  };
  const earlier = async () => {
    const answer = await call(`messages?limit=50&before=${oldest}`).catch(() => null);
    if (!answer || !answer.ok) return;
    const { messages, more: before } = await answer.json();
    const first = more.nextSibling;
    for (const message of messages) put(message, first);
    if (messages.length) oldest = messages[0].position;
    more.hidden = !before;
  };
  let stream = null;
  const listen = async () => {
    if (stream || !kept.token || document.visibilityState === "hidden") return;
    const mine = (stream = new AbortController());
    let pause = 1;
    let position = null;
    while (stream === mine && kept.token) {
      let alive;
      const heard = () => { clearTimeout(alive); alive = setTimeout(() => { offline(true); mine.abort(); }, 12000); };
      try {
        if (position === null) position = await history();
        if (!kept.token) break;
        heard();
        const answer = await call("events", { signal: mine.signal, headers: { "Last-Event-ID": String(position) } });
        if (answer.status === 401) { kept.token = null; if (data.visitorId) await begin(); continue; }
        if (!answer.ok) throw new Error("later");
        offline(false);
        pause = 1;
        const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
        let buffer = "";
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          heard();
          buffer += value;
          for (let end; (end = buffer.indexOf("\n\n")) >= 0; buffer = buffer.slice(end + 2)) {
            const fields = {};
            for (const line of buffer.slice(0, end).split("\n")) {
              const colon = line.indexOf(":");
              if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).replace(/^ /, "");
            }
            if (fields.event === "message") { position = Number(fields.id); take(JSON.parse(fields.data)); }
          }
        }
      } catch (error) {
        if (error.message === "denied") break;
      } finally {
        clearTimeout(alive);
      }
      if (stream !== mine) return;
      offline(true);
      if (mine.signal.aborted) { stream = null; return void listen(); }
      await wait(pause);
      pause = Math.min(pause * 2, 15);
    }
    if (stream === mine) stream = null;
  };
  const rest = () => { const mine = stream; stream = null; if (mine) mine.abort(); };

  const front = async () => {
    const answer = await fetch(`${base}desk?language=${language}`, { credentials: "omit", referrerPolicy: "no-referrer" }).catch(() => null);
    if (!answer) return offline(true);
    if (answer.status === 403) return deny(t.none);
    if (!answer.ok) return;
    const desk = await answer.json();
    if (!data.language && desk.language !== "auto" && desk.language !== language) { language = desk.language; speak(); badge(); return front(); }
    if (desk.title && !data.title) { title.textContent = launchText.textContent = desk.title; badge(); }
    status.replaceChildren(make("strong", {}, desk.open ? t.now : t.later), make("br"), t.hours + desk.hours, ...(desk.next ? [make("br"), t.next + desk.next] : []));
    reach.hidden = !desk.contacts.length;
    reach.replaceChildren(reach.firstChild, ...desk.contacts.map((line) => make("p", {}, ...words(line, true).childNodes)));
    if (desk.identity && !data.visitorId) deny(t.denied);
  };

  const toggle = async (open = panel.hidden) => {
    panel.hidden = !open;
    launch.setAttribute("aria-expanded", String(open));
    badge();
    if (!open) return void launch.focus();
    box.focus();
    log.scrollTop = log.scrollHeight;
    await front();
    if (data.visitorId && !box.disabled && !kept.token) await begin().catch(() => offline(true));
    listen();
  };
  form.addEventListener("submit", (event) => { event.preventDefault(); say(box.value); box.value = ""; grow(); box.focus(); });
  const grow = () => { box.style.height = "auto"; box.style.height = `${Math.min(box.scrollHeight + 2, 140)}px`; };
  box.addEventListener("input", grow);
  box.addEventListener("keydown", (event) => {
    // An input method's Enter chooses a word; Safari says so by the code alone.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    form.requestSubmit();
  });
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") toggle(false); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") rest(); else { badge(); listen(); } });
  addEventListener("storage", (event) => {
    if (event.key !== store || kept.token) return;
    try { kept.token = JSON.parse(event.newValue).token; } catch { return; }
    listen();
  });
  addEventListener("online", () => { listen(); flush(); });
  addEventListener("offline", () => offline(true));

  window.groupdeskWidget = { open: () => toggle(true), close: () => toggle(false) };
  const start = () => {
    document.body.append(host);
    for (const one of kept.out) put({ type: "said", id: one.id, text: one.text, note: t.waits });
    if (kept.out.length) flush();
    listen();
    if (data.open !== undefined) toggle(true);
  };
  if (document.body) start(); else addEventListener("DOMContentLoaded", start);
})();
