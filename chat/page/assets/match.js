// What was typed is kept in this browser tab; after the first matching each change matches again.
const KEY = 'pk-match', CARRY = 'pk-carry', LOST = '与服务器的连接中断了，请稍后再试。', PAGE = 20;
let state = { facts: {}, words: '', shown: {}, done: false };
let asked = 0, timer = 0;
try { state = { ...state, ...JSON.parse(sessionStorage.getItem(KEY)) }; } catch { /* nothing kept */ }
const keep = () => { try { sessionStorage.setItem(KEY, JSON.stringify(state)); } catch { /* not kept */ } };
const part = (name) => element.querySelector(`[data-part="${name}"]`);
const fields = () => [...element.querySelectorAll('.pk-profile [name]')];

const take = () => {
  const named = new Set(fields().map((field) => field.name));
  const others = Object.entries(state.facts).filter(([name]) => !named.has(name));
  state.facts = Object.fromEntries([...fields().map((field) => [field.name, field.value]), ...others].filter(([, value]) => value.trim()));
  keep();
};

const find = async () => {
  clearTimeout(timer);
  const turn = (asked += 1), found = part('found');
  found.setAttribute('aria-busy', 'true');
  if (!found.innerHTML) found.innerHTML = '<p class="pk-pending" role="status">正在逐条对照条件……</p>';
  let got;
  try { got = await server.find({ facts: state.facts, words: state.words, shown: state.shown }); } catch { got = { failure: LOST }; }
  if (turn !== asked) return;
  found.removeAttribute('aria-busy');
  const wrong = got.wrong ?? {};
  let first = null;
  for (const line of element.querySelectorAll('[data-wrong]')) {
    line.textContent = wrong[line.dataset.wrong] ?? '';
    const field = fields().find((each) => each.name === line.dataset.wrong);
    field.setAttribute('aria-invalid', Boolean(line.textContent));
    if (line.textContent) first ??= field;
  }
  const named = new Set(fields().map((field) => field.name));
  const others = Object.entries(wrong).filter(([name]) => !named.has(name));
  for (const [name] of others) delete state.facts[name];
  part('wrong').textContent = [got.failure, ...others.map(([, said]) => said)].filter(Boolean).join(' ');
  if (!got.html) { if (!state.done) found.innerHTML = ''; return first; }
  const open = [...found.querySelectorAll('.pk-group')].filter((group) => group.open).map((group) => group.dataset.group);
  const before = found.querySelector('.pk-group') !== null;
  found.innerHTML = got.html;
  if (before) for (const group of found.querySelectorAll('.pk-group')) group.open = open.includes(group.dataset.group) || (group.open && group.dataset.group !== 'broken');
  state.done = got.done;
  element.querySelector('.pk-filter').hidden = !got.done;
  keep();
  return null;
};
const later = (wait = 700) => { clearTimeout(timer); timer = setTimeout(find, wait); };

element.addEventListener('input', (event) => {
  if (event.target.dataset.part === 'words') { state.words = event.target.value; state.shown = {}; keep(); later(250); }
  else if (event.target.closest('.pk-profile')) { take(); if (state.done) { state.shown = {}; later(); } }
});
element.addEventListener('submit', async (event) => {
  event.preventDefault();
  take();
  state.shown = {};
  const first = await find();
  if (first) first.focus();
  else part('found').scrollIntoView({ block: 'nearest' });
});
element.addEventListener('reset', () => {
  state = { facts: {}, words: '', shown: {}, done: false };
  asked += 1;
  clearTimeout(timer);
  keep();
  part('words').value = '';
  part('found').innerHTML = '';
  part('wrong').textContent = '';
  element.querySelector('.pk-filter').hidden = true;
  for (const line of element.querySelectorAll('[data-wrong]')) line.textContent = '';
  for (const field of fields()) field.removeAttribute('aria-invalid');
});
element.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !('fact' in event.target.dataset) || !event.target.value.trim()) return;
  event.preventDefault();
  state.facts[event.target.dataset.fact] = event.target.value.trim();
  keep();
  find();
});
element.addEventListener('click', (event) => {
  const told = event.target.closest('button')?.dataset;
  if (!told) return;
  if ('focus' in told) {
    const field = fields().find((each) => each.name === told.focus);
    field.closest('details')?.setAttribute('open', '');
    field.focus();
    field.scrollIntoView({ block: 'center' });
  } else if ('jump' in told) {
    const group = element.querySelector(`[data-group="${told.jump}"]`);
    group.open = true;
    group.scrollIntoView({ block: 'start' });
    group.querySelector('summary').focus({ preventScroll: true });
  } else if ('more' in told) {
    state.shown[told.more] = (state.shown[told.more] ?? PAGE) + PAGE;
    find();
  } else if ('calculate' in told) {
    const carried = { rule: told.calculate, values: JSON.parse(told.values) };
    try { sessionStorage.setItem(CARRY, JSON.stringify(carried)); } catch { return; }
    document.dispatchEvent(new Event(CARRY));
    const tabs = [...document.querySelectorAll('[role=tab]')];
    (tabs.find((tab) => tab.dataset.tabId === 'calculator') ?? tabs.find((tab) => tab.textContent.trim() === '补贴测算'))?.click();
    scrollTo({ top: 0 });
  }
});

const start = () => {
  for (const field of fields()) field.value = state.facts[field.name] ?? '';
  if (fields().some((field) => field.value && field.closest('.pk-beyond'))) element.querySelector('.pk-beyond').open = true;
  part('words').value = state.words;
  if (state.done) find();
};
watch('value', start);
start();
