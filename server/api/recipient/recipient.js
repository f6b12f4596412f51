// What is pleasanter where scripts run; without them every page works all the same. Search while
// typing, the name as the bank will see it, one press instead of two, printing.
const AFTER_TYPING_MS = 250;
const SENT_FOR_MS = 8000;

/** Calls `act` once typing rests; not in the middle of a conversion from kana. */
function whenTyped(area, act) {
  let timer;
  area.addEventListener('input', (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(act, AFTER_TYPING_MS);
  });
  area.addEventListener('compositionend', () => {
    clearTimeout(timer);
    timer = setTimeout(act, AFTER_TYPING_MS);
  });
}

/**
 * Puts into `place` what the server answers, then calls `filled`; only the newest question counts.
 */
function filler(place, filled = () => {}) {
  let newest = 0;
  return async (url, options) => {
    newest += 1;
    const own = newest;
    try {
      const answer = await fetch(url, options);
      const text = await answer.text();
      if (own !== newest || answer.redirected || !answer.ok) return;
      place.innerHTML = text;
      filled(url);
    } catch {
      // The button is still there.
    }
  };
}

const search = document.querySelector('form.search');
const found = document.getElementById('found');
const said = document.getElementById('found-said');
if (search && found && said) {
  // What is below keeps its place, and the field is never pushed away.
  const tallest = found.offsetHeight;
  const fill = filler(found, (url) => {
    found.style.minHeight = `${tallest}px`;
    said.textContent = found.querySelector('h2, .remark')?.textContent.trim() ?? '';
    // The way back from a bank leads to what was found, not to the beginning.
    history.replaceState(history.state, '', url.replace('part=1&', ''));
  });
  whenTyped(search, () => {
    const query = new URLSearchParams(new FormData(search));
    fill(`${search.action}?part=1&${query}`);
  });
}

const preview = document.getElementById('preview');
const names = preview?.closest('fieldset');
if (preview && names) {
  const { form } = names;
  const fill = filler(preview);
  whenTyped(names, () =>
    fill(preview.dataset.from, {
      method: 'POST',
      body: new URLSearchParams(new FormData(form)),
    }),
  );
}

for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = 'yes';
    setTimeout(() => delete form.dataset.sent, SENT_FOR_MS);
  });
}
addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset.sent;
});

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}
