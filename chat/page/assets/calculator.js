// What was typed is kept in this browser tab; every figure comes from the server.
const KEY = 'pk-calculator', CARRY = 'pk-carry', LOST = '与服务器的连接中断了，请稍后再试。', SHOWN = 60;
let state = { rule: '', values: {}, projects: [], editing: -1 };
let asked = 0, timer = 0, at = -1;
try { state = { ...state, ...JSON.parse(sessionStorage.getItem(KEY)) }; } catch { /* nothing kept */ }
const keep = () => { try { sessionStorage.setItem(KEY, JSON.stringify(state)); } catch { /* not kept */ } };
const part = (name) => element.querySelector(`[data-part="${name}"]`);
const form = () => element.querySelector('.pk-form');
const call = async (name, data) => {
  try { return await server[name](data); } catch { return { failure: LOST }; }
};

const narrow = () => {
  const list = part('rules');
  if (!list) return;
  const words = part('words').value.toLowerCase().split(/\s+/).filter(Boolean), of = part('document').value;
  let found = 0;
  for (const item of list.children) {
    const fits = (!of || item.dataset.of.split('\n').includes(of)) && words.every((word) => item.dataset.words.includes(word));
    found += fits;
    item.hidden = !fits || found > SHOWN;
  }
  const more = found > SHOWN ? `，先列出 ${SHOWN} 项，请选择文件或输入词语缩小范围` : '';
  part('count').textContent = found ? `共 ${found} 项${more}` : '没有符合的项目，请换个词或选择“全部文件”。';
};

const mark = () => {
  for (const button of element.querySelectorAll('[data-rule]')) {
    if (button.tagName !== 'BUTTON') continue;
    const on = button.dataset.rule === state.rule;
    button.setAttribute('aria-pressed', on);
    if (on) part('chosen').textContent = button.querySelector('b').textContent;
  }
};

const values = () => {
  const typed = {};
  for (const field of form().elements) {
    if (!field.name || (field.type === 'radio' && !field.checked) || !field.value.trim()) continue;
    const unit = field.parentElement.querySelector('[data-unit]');
    typed[field.name] = unit && /^[\d.,，\s]+$/.test(field.value) ? field.value.trim() + unit.value : field.value.trim();
  }
  return typed;
};
const fill = (typed) => {
  for (const field of form().elements) {
    if (!field.name) continue;
    if (field.type === 'radio') field.checked = field.value === typed[field.name];
    else field.value = typed[field.name] ?? '';
  }
};

const tell = (fields, wrong = '') => {
  for (const line of element.querySelectorAll('[data-said]')) {
    const said = fields[line.dataset.said]?.said ?? '';
    line.textContent = said ? `按“${said}”计算` : '';
  }
  let first = null;
  for (const line of element.querySelectorAll('[data-wrong]')) {
    line.textContent = fields[line.dataset.wrong]?.wrong ?? '';
    for (const field of form().elements) {
      if (field.name !== line.dataset.wrong) continue;
      field.setAttribute('aria-invalid', Boolean(line.textContent));
      if (line.textContent) first ??= field;
    }
  }
  const known = new Set([...element.querySelectorAll('[data-wrong]')].map((line) => line.dataset.wrong));
  const others = Object.entries(fields).filter(([name, each]) => each.wrong && !known.has(name)).map(([, each]) => each.wrong);
  part('wrong').textContent = [wrong, ...others].filter(Boolean).join(' ');
  return first;
};

const read = () => {
  clearTimeout(timer);
  state.values = values();
  keep();
  timer = setTimeout(async () => {
    const turn = asked, got = await call('read', { rule: state.rule, values: state.values });
    if (turn !== asked || got.failure || !form()) return;
    for (const name of Object.keys(got.fields)) if (!(name in state.values)) delete got.fields[name];
    tell(got.fields);
  }, 350);
};

const compute = async (quietly = false) => {
  clearTimeout(timer);
  const turn = (asked += 1), answer = part('answer');
  state.values = values();
  keep();
  answer.setAttribute('aria-busy', 'true');
  const got = await call('compute', { rule: state.rule, values: state.values });
  if (turn !== asked) return;
  answer.removeAttribute('aria-busy');
  if (got.failure) { answer.innerHTML = ''; part('wrong').textContent = got.failure; return; }
  const first = tell(got.fields, got.wrong);
  if (got.html) answer.innerHTML = got.html; else answer.innerHTML = '';
  at = -1;
  const add = answer.querySelector('[data-add]');
  if (add && state.editing >= 0) add.textContent = '更新对比中的这一项';
  if (quietly) return;
  if (first) first.focus();
  else answer.querySelector('.pk-amount, .pk-badge')?.scrollIntoView({ block: 'nearest' });
};

const choose = async (rule, typed = {}, run = false) => {
  const turn = (asked += 1);
  const got = await call('open_rule', { rule });
  if (turn !== asked) return;
  if (got.failure) {
    part('form').innerHTML = '<p class="pk-failure" role="alert"></p>';
    part('form').firstChild.textContent = got.failure;
    state.rule = '';
    return keep();
  }
  state.rule = rule;
  state.values = typed;
  part('form').innerHTML = got.html;
  element.querySelector('.pk-picker')?.removeAttribute('open');
  fill(typed);
  keep();
  mark();
  if (run) await compute(true);
};

const compare = async () => {
  keep();
  if (!state.projects.length) { part('projects').innerHTML = ''; return; }
  const got = await call('compare', { projects: state.projects });
  if (got.failure) {
    part('projects').innerHTML = '<p class="pk-failure" role="alert"></p>';
    part('projects').firstChild.textContent = got.failure;
  } else part('projects').innerHTML = got.html;
};

const carried = () => {
  let told = null;
  try { told = JSON.parse(sessionStorage.getItem(CARRY)); sessionStorage.removeItem(CARRY); } catch { /* nothing */ }
  if (told) { state.editing = -1; choose(told.rule, told.values, true); }
  return Boolean(told);
};

const show = (svg, number) => {
  const stops = JSON.parse(svg.dataset.stops);
  at = Math.max(0, Math.min(number, stops.length - 1));
  const [x, y, input, amount] = stops[at], cursor = svg.querySelector('.pk-cursor');
  cursor.removeAttribute('hidden');
  const line = cursor.querySelector('line'), dot = cursor.querySelector('circle');
  for (const [key, value] of [['x1', x], ['x2', x], ['y1', y], ['y2', svg.dataset.bottom]]) line.setAttribute(key, value);
  dot.setAttribute('cx', x);
  dot.setAttribute('cy', y);
  svg.closest('.pk-curve').querySelector('.pk-reading').textContent = `${svg.dataset.label}${input}：${amount}（点一下按这个数测算）`;
};
const nearest = (svg, event) => {
  const box = svg.getBoundingClientRect(), x = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
  const gaps = JSON.parse(svg.dataset.stops).map((stop) => Math.abs(stop[0] - x));
  return gaps.indexOf(Math.min(...gaps));
};
const take = (svg) => {
  if (at < 0) return;
  form().elements[svg.dataset.input].value = JSON.parse(svg.dataset.stops)[at][2];
  compute();
};

element.addEventListener('input', (event) => {
  if (event.target.dataset.part === 'words') narrow();
  else if (event.target.closest('.pk-form')) read();
});
element.addEventListener('change', (event) => {
  if (event.target.dataset.part === 'document') narrow();
  else if ('name' in event.target.dataset) { state.projects[event.target.dataset.name].name = event.target.value; compare(); }
});
element.addEventListener('submit', (event) => { event.preventDefault(); compute(); });
element.addEventListener('reset', (event) => {
  event.preventDefault();
  state.editing = -1;
  choose(state.rule);
});
element.addEventListener('pointermove', (event) => {
  const svg = event.target.closest('.pk-curve svg');
  if (svg) show(svg, nearest(svg, event));
});
element.addEventListener('keydown', (event) => {
  const svg = event.target.closest('.pk-curve svg');
  if (!svg) return;
  const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
  if (step) show(svg, at < 0 ? 0 : at + step);
  else if (event.key === 'Enter') take(svg);
  else return;
  event.preventDefault();
});
element.addEventListener('click', (event) => {
  const button = event.target.closest('button'), svg = event.target.closest('.pk-curve svg');
  if (svg) { show(svg, nearest(svg, event)); return take(svg); }
  if (!button) return;
  const told = button.dataset;
  if ('rule' in told) { state.editing = -1; choose(told.rule); }
  else if ('add' in told) {
    const project = { name: '', rule: state.rule, values: { ...state.values } };
    if (state.editing >= 0) state.projects[state.editing] = { ...project, name: state.projects[state.editing].name };
    else state.projects.push(project);
    state.editing = -1;
    button.textContent = '加入对比';
    compare().then(() => part('projects').scrollIntoView({ block: 'nearest' }));
  } else if ('remove' in told) { state.projects.splice(told.remove, 1); state.editing = -1; compare(); }
  else if ('clear' in told) { state.projects = []; state.editing = -1; compare(); }
  else if ('edit' in told) {
    state.editing = Number(told.edit);
    const { rule, values: typed } = state.projects[state.editing];
    choose(rule, typed, true).then(() => form()?.scrollIntoView({ block: 'nearest' }));
  }
});
document.addEventListener(CARRY, carried);

const start = () => {
  const rules = [...element.querySelectorAll('button[data-rule]')];
  narrow();
  compare();
  if (carried()) return;
  if (state.rule) choose(state.rule, state.values, Object.keys(state.values).length > 0);
  else if (rules.length === 1) choose(rules[0].dataset.rule);
};
watch('value', start);
start();
