// Live updates, drafts and keys. Every page works without it.
(() => {
  'use strict';
  const body = document.body;
  const base = body.dataset.base || '';
  const id = Math.random().toString(36).slice(2);
  const BEAT_LOST = 4500, LEASE = 'groupdesk-live', LEASE_OVER = 5000, REFRESH = 1000, AGAIN = 30000, SOON = 1500;

  // One stream a browser: with one a tab, the seventh would hang over HTTP/1.1. Whoever holds the lease passes events on.
  const channel = 'BroadcastChannel' in window ? new BroadcastChannel('groupdesk' + base) : null;
  let source = null, last = Date.now(), refreshed = 0, pending = 0, wasLost = false;

  function lease() {
    // Nobody's and an unreadable one are over.
    try {
      const [holder, at] = (localStorage.getItem(LEASE + base) || '').split(' ');
      return [holder, Number(at) || 0];
    } catch (e) { return ['', 0]; }
  }
  function hold() {
    try { localStorage.setItem(LEASE + base, id + ' ' + Date.now()); } catch (e) { /* each tab has its own */ }
  }
  function lead() {
    if (source) return;
    hold();
    source = new EventSource(base + '/live');
    source.addEventListener('beat', () => { hold(); pass({ kind: 'beat' }); });
    source.addEventListener('change', (event) => { hold(); pass({ kind: 'change', counts: JSON.parse(event.data) }); });
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) {
        source = null;
        // The session may be over: the page itself says so.
        fetch(base + '/live', { method: 'HEAD', headers: { 'HX-Request': 'true' } }).then((answer) => {
          if (answer.status === 401) location.reload();
        }).catch(() => {});
      }
    };
  }
  function pass(message) {
    if (channel) channel.postMessage(message);
    take(message);
  }
  function take(message) {
    if (message.kind === 'bye') { if (body.hasAttribute('data-live')) setTimeout(look, Math.random() * 200); return; }
    last = Date.now();
    if (message.kind !== 'change') return;
    counts(message.counts);
    if (source) tell(message.counts);
    changed();
  }
  function counts(now) {
    for (const one of document.querySelectorAll('[data-count]')) {
      const count = now[one.dataset.count] || 0;
      one.textContent = count;
      one.hidden = count === 0;
    }
    const title = document.title.replace(/^\(\d+\) /, '');
    document.title = now.waits ? '(' + now.waits + ') ' + title : title;
  }
  // A notification and a sound when somebody waits, once the user has asked for them: from the tab that has the stream, so
  // once a browser, and in the background too.
  const bell = document.getElementById('bell'), BELL = 'groupdesk-bell' + base;
  let sound = null, before = null;
  function isOn() {
    try { return localStorage.getItem(BELL) === 'on' && Notification.permission === 'granted'; } catch (e) { return false; }
  }
  function ring() {
    try {
      sound = sound || new AudioContext();
      if (sound.state !== 'running') return;
      const tone = sound.createOscillator(), loudness = sound.createGain(), now = sound.currentTime;
      tone.frequency.setValueAtTime(660, now);
      tone.frequency.setValueAtTime(880, now + 0.12);
      loudness.gain.setValueAtTime(0.15, now);
      loudness.gain.exponentialRampToValueAtTime(0.001, now + 0.4);
      tone.connect(loudness).connect(sound.destination);
      tone.start(now);
      tone.stop(now + 0.4);
    } catch (e) { /* no sound here */ }
  }
  function tell(now) {
    const news = before && (now.waits > before.waits ? bell.dataset.waits : now.spoke > before.spoke ? bell.dataset.spoke : '');
    before = now;
    if (!news || !isOn() || document.hasFocus()) return;
    ring();
    const note = new Notification(news.replace('{}', now.waits), { tag: 'groupdesk', renotify: true, icon: bell.dataset.icon });
    note.onclick = () => { window.focus(); location.href = base + '/tickets?tab=' + (now.waits ? 'waits' : 'mine'); };
  }
  function shown() {
    bell.setAttribute('aria-pressed', String(isOn()));
    bell.textContent = isOn() ? bell.dataset.on : bell.dataset.off;
  }
  if (bell && 'Notification' in window) {
    bell.hidden = false;
    shown();
    bell.addEventListener('click', () => {
      // The click is what lets the page sound later.
      try { sound = sound || new AudioContext(); sound.resume(); } catch (e) { /* no sound here */ }
      const on = isOn();
      Promise.resolve(on || Notification.requestPermission()).then(() => {
        try { localStorage.setItem(BELL, on ? 'off' : 'on'); } catch (e) { /* it asks again next time */ }
        shown();
        if (Notification.permission === 'denied') bell.textContent = bell.dataset.denied;
        else if (isOn()) ring();
      });
    });
    addEventListener('storage', (event) => { if (event.key === BELL) shown(); });
  }

  function changed() {
    const wait = refreshed + REFRESH - Date.now();
    if (pending) return;
    pending = setTimeout(() => {
      pending = 0;
      refreshed = Date.now();
      body.dispatchEvent(new CustomEvent('desk:change'));
    }, Math.max(0, wait));
  }
  function look() {
    const [holder, at] = lease();
    if (source || !channel) { if (!source) lead(); }
    else if (holder === id || Math.abs(Date.now() - at) > LEASE_OVER) lead();
    const isLost = Date.now() - last > BEAT_LOST;
    const bar = document.getElementById('lost');
    if (bar && isLost !== wasLost) {
      wasLost = isLost;
      bar.hidden = !isLost;
      document.getElementById('lost-since').textContent = new Date(last).toLocaleTimeString();
      if (!isLost) changed();
    }
  }
  if (body.hasAttribute('data-live')) {
    if (channel) channel.onmessage = (event) => take(event.data);
    look();
    setInterval(look, 500);
    // Times that run on a page go on although nothing changes; what is being counted is there soon.
    setInterval(changed, AGAIN);
    setInterval(() => { if (document.querySelector('[data-soon]')) changed(); }, SOON);
    addEventListener('pagehide', () => {
      if (!source) return;
      source.close();
      source = null;
      try { localStorage.removeItem(LEASE + base); } catch (e) { /* nothing to leave */ }
      if (channel) channel.postMessage({ kind: 'bye' });
    });
    addEventListener('pageshow', (event) => { if (event.persisted) { last = Date.now(); look(); changed(); } });
  }

  // Drafts are kept on the server, a moment after the last key.
  for (const area of document.querySelectorAll('[data-draft]')) {
    let timer = 0, kept = area.value;
    const state = document.getElementById('draft-state');
    const save = () => {
      timer = 0;
      const text = area.value;
      if (text === kept) return;
      fetch(area.dataset.draft, { method: 'POST', body: new URLSearchParams({ text }), keepalive: true }).then((answer) => {
        if (answer.ok) { kept = text; if (state) state.textContent = state.dataset.saved; }
      }).catch(() => { if (!timer) timer = setTimeout(save, 3000); });
    };
    area.addEventListener('input', () => {
      if (state) state.textContent = '';
      clearTimeout(timer);
      timer = setTimeout(save, 700);
    });
    area.form.addEventListener('submit', () => { clearTimeout(timer); kept = area.value; });
    addEventListener('pagehide', () => { if (timer) save(); });
  }

  // Others see who looks at a ticket, and who types.
  const place = document.querySelector('[data-here]');
  if (place) {
    let typed = 0, told = '', at = 0;
    const say = (state) => {
      at = Date.now();
      told = state;
      fetch(place.dataset.here, { method: 'POST', body: new URLSearchParams({ state }), keepalive: true }).catch(() => {});
    };
    const sign = () => {
      if (document.hidden) { if (told !== 'left') say('left'); return; }
      const state = Date.now() - typed < 5000 ? 'types' : 'looks';
      if (state !== told || Date.now() - at >= 8000) say(state);
    };
    document.addEventListener('input', (event) => { if (event.target.matches('textarea')) { typed = Date.now(); sign(); } });
    document.addEventListener('visibilitychange', sign);
    setInterval(sign, 1000);
    addEventListener('pagehide', () => say('left'));
  }

  // A file of a member that is no picture shows none.
  document.addEventListener('error', (event) => {
    if (event.target.matches && event.target.matches('img.picture')) event.target.parentElement.hidden = true;
  }, true);

  // A form is sent once, however often its button is pressed.
  document.addEventListener('submit', (event) => {
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    if (event.target.method === 'post') {
      event.target.dataset.sent = '1';
      setTimeout(() => { delete event.target.dataset.sent; }, 4000);
    }
  });

  document.addEventListener('change', (event) => {
    if (event.target.matches('[data-submit]')) { event.target.form.requestSubmit(); return; }
    const into = event.target.dataset && event.target.dataset.insert;
    if (!into || !event.target.value) return;
    const area = document.getElementById(into);
    area.setRangeText(event.target.value, area.selectionStart, area.selectionEnd, 'end');
    area.dispatchEvent(new Event('input', { bubbles: true }));
    area.focus();
    event.target.value = '';
  });

  // Keys: j k Enter in lists, r c e on a ticket, / to search. While an input method composes, no key is ours.
  let at = -1;
  document.addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const target = event.target;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && target.matches('[data-send]')) {
      event.preventDefault();
      target.form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || target.matches('input, textarea, select')) {
      if (event.key === 'Escape') target.blur();
      return;
    }
    const rows = [...document.querySelectorAll('[data-row]')];
    if ((event.key === 'j' || event.key === 'k') && rows.length) {
      at = Math.max(0, Math.min(rows.length - 1, at + (event.key === 'j' ? 1 : -1)));
      rows.forEach((row, index) => row.classList.toggle('at', index === at));
      rows[at].querySelector('a').focus();
      return;
    }
    if (['1', '2', '3'].includes(event.key)) {
      const row = rows[Math.max(0, at)];
      const button = row && row.querySelectorAll('button[name=label]')[Number(event.key) - 1];
      if (button) { event.preventDefault(); button.click(); return; }
    }
    const found = document.querySelector('[data-key="' + CSS.escape(event.key) + '"]');
    if (!found) return;
    event.preventDefault();
    if (found.matches('button')) found.click(); else found.focus();
  });
})();
