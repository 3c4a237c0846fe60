// The search: words as one types, the full ranking at Enter or a pause. Only the newest answer is shown.
const TYPING = 150, PAUSE = 650, PAGE = 20;
const form = element.querySelector('#pk-search');
const box = form.elements.q, found = element.querySelector('#pk-found'), filters = element.querySelector('.pk-filter-box');
let asked = 0, shown = 0, top_ = PAGE, typing = 0, pausing = 0, composing = false, last = '';
filters.open = innerWidth > 900;

const sought = (quick) => {
  const query = box.value.trim();
  if (query !== taken.query) { taken.query = query; taken.keys = []; top_ = PAGE; }
  const of = (name) => form.elements[name].value.trim();
  const names = ['doc', 'unit', 'role', 'region', 'force', 'day', 'figure', 'comparator', 'value', 'mode'];
  return { ...Object.fromEntries(names.map((name) => [name, of(name)])), q: query, quick, top: top_,
    without: taken.keys, grouped: form.elements.grouped.checked };
};
const run = async (quick, then) => {
  clearTimeout(typing);
  if (!quick) clearTimeout(pausing);
  const mine = ++asked;
  found.setAttribute('aria-busy', 'true');
  let html;
  try { html = await server.find(sought(quick)); }
  catch { html = '<p class="pk-failure" role="alert">检索没有完成，请检查网络后再试。</p>'; }
  if (mine < shown) return;  // a newer answer is there already
  shown = mine;
  if (mine === asked) found.removeAttribute('aria-busy');
  const at = found.contains(document.activeElement) ? document.activeElement.closest('li[aria-label]')?.getAttribute('aria-label') : null;
  found.innerHTML = html;
  if (at) hits().find((hit) => hit.getAttribute('aria-label') === at)?.focus({ preventScroll: true });
  refocus();
  then?.();
};
const hits = () => [...found.querySelectorAll('.pk-hits > li')];

const typed = () => {
  clearTimeout(typing); clearTimeout(pausing);
  if (box.value.trim() === last) return;
  last = box.value.trim();
  typing = setTimeout(() => run(true), TYPING);
  pausing = setTimeout(() => run(false), PAUSE);
};
box.addEventListener('compositionstart', () => { composing = true; clearTimeout(typing); clearTimeout(pausing); });
box.addEventListener('compositionend', () => { composing = false; typed(); });
box.addEventListener('input', (event) => { if (!composing && !event.isComposing) typed(); });
form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (composing) return;
  last = box.value.trim();
  run(false);
});
form.addEventListener('change', (event) => {
  if (event.target === box) return;
  form.elements.day.hidden = form.elements.force.value !== 'day';
  const idle = (event.target.name === 'role' && !form.elements.unit.value.trim())
    || (['figure', 'comparator'].includes(event.target.name) && !form.elements.value.value.trim())
    || (event.target.name === 'force' && event.target.value === 'day' && !form.elements.day.value);
  if (idle) return;
  top_ = PAGE;
  run(false);
});
form.addEventListener('input', (event) => {  // a choice from a list needs no further key
  if (event.target.list && !(event.inputType ?? '').match(/^(insertText|insertComp|delete)/)) event.target.dispatchEvent(new Event('change', { bubbles: true }));
});
found.addEventListener('click', (event) => {
  const chip = event.target.closest('[data-condition], [data-filter], [data-clear]');
  if (chip) { press(chip, form); run(false, () => { if (!found.contains(document.activeElement)) box.focus({ preventScroll: true }); }); }
  if (event.target.closest('[data-more]')) {
    const before = hits().length;
    top_ = Math.min(top_ + PAGE, 500);
    run(false, () => hits()[before]?.focus({ preventScroll: true }));
  }
});
element.addEventListener('keydown', (event) => {
  if (event.isComposing || event.keyCode === 229 || event.altKey || event.ctrlKey || event.metaKey) return;
  const hit = event.target.closest('.pk-hits > li');
  if (event.target !== box && !hit) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const all = hits();
  if (step && all.length) {
    const at = hit ? all.indexOf(hit) + step : step > 0 ? 0 : -1;
    if (!hit && step < 0) return;
    event.preventDefault();
    if (at < 0) box.focus();
    else all[Math.min(at, all.length - 1)].focus();
  } else if (event.key === 'Enter' && hit && event.target === hit) {
    event.preventDefault();
    hit.querySelector('[data-clause]').click();
  } else if (event.key === 'Escape' && hit && !document.getElementById('pk-side').classList.contains('pk-opened')) box.focus();
});
document.addEventListener('keydown', (event) => {
  const writing = event.target.closest('input, textarea, select, [contenteditable]');
  if (event.key !== '/' || writing || event.isComposing || event.ctrlKey || event.metaKey || !element.checkVisibility()) return;
  event.preventDefault();
  way('search');
  box.focus();
  box.select();
});

const way = (chosen) => {
  for (const button of element.querySelectorAll('[data-way]')) button.setAttribute('aria-pressed', button.dataset.way === chosen);
  for (const panel of element.querySelectorAll('[data-panel]')) panel.hidden = panel.dataset.panel !== chosen;
};
element.querySelector('.pk-ways').addEventListener('click', (event) => {
  const button = event.target.closest('[data-way]');
  if (button) way(button.dataset.way);
});
