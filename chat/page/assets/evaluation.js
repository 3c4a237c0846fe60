const part = (name) => element.querySelector(`[data-part="${name}"]`);
const under = part('under');
const track = under.querySelector('.pk-ev-track');
let seen = { admin: null, stamp: null };
let running = null;  // whether a run was under way when last looked at
let open = null;     // the run on show, null while the list is
let mine = false;    // whether the run under way was started here, so that its result is shown
let file = '';       // name of the file the questions come from

const minutes = (seconds) => seconds < 60 ? `${Math.max(1, Math.round(seconds))} 秒`
  : `${Math.floor(seconds / 60)} 分 ${Math.round(seconds % 60)} 秒`;
const tell = (message, failed = false) => {
  const said = part('said');
  if (said.textContent !== message) said.textContent = message;
  said.classList.toggle('pk-failure', failed);
};
const call = async (path, options = {}) => {
  let reply;
  try { reply = await fetch(path, { cache: 'no-store', ...options }); }
  catch { throw new Error('连不上服务，请检查网络；评测若在运行，不受影响。'); }
  if (reply.ok) return reply;
  const told = await reply.json().catch(() => null);
  throw new Error(told?.message ?? '服务没有完成这一步，请稍后再试。');
};
const put = async (name, path) => { part(name).innerHTML = await (await call(path)).text(); };

const list = async () => { open = null; await put('body', 'evaluation/runs'); };
const show = async (id, against = '') => {
  const query = against ? `?against=${encodeURIComponent(against)}` : '';
  await put('body', `evaluation/runs/${encodeURIComponent(id)}${query}`);
  open = id;
  const chosen = element.querySelector('[data-against]');
  if (chosen && against) {
    chosen.value = against;
    chosen.focus({ preventScroll: true });
    element.querySelector('.pk-ev-compared')?.scrollIntoView({ block: 'nearest' });
  } else {
    element.querySelector('.pk-ev-run h3').focus({ preventScroll: true });
    part('body').scrollIntoView({ block: 'nearest' });
  }
};
const progress = (run, admin) => {
  under.hidden = !run;
  if (!run) return;
  const share = run.total ? Math.round(run.done / run.total * 100) : 0;
  part('name').textContent = `${run.stopping ? '正在停止' : '正在评测'}：${run.name}`;
  track.setAttribute('aria-valuenow', share);
  track.setAttribute('aria-valuetext', `${run.done} / ${run.total} 题`);
  track.firstElementChild.style.width = `${share}%`;
  const speed = run.done ? `，每秒 ${(run.done / run.seconds).toFixed(1)} 题` : '';
  const left = run.left === null ? '' : run.done === run.total ? '，正在写报告' : `，约剩 ${minutes(run.left)}`;
  part('speed').textContent = `${run.done} / ${run.total} 题${speed}${left}。关闭页面不影响运行。`;
  const stop = under.querySelector('[data-stop]');
  stop.hidden = !admin;
  stop.disabled = run.stopping;
};
const look = async () => {
  const now = await (await call('evaluation')).json();
  if (now.admin !== seen.admin) await put('form', 'evaluation/form');
  const ended = running && !now.run;
  if (ended && mine && now.said.startsWith('评测完成')) await show(now.latest);
  if (ended) mine = false;
  if (running !== null && running !== Boolean(now.run)) tell(now.run ? '' : now.said, now.said.startsWith('评测没有'));
  if (seen.stamp === null || (now.stamp !== seen.stamp && open === null)) await list();
  running = Boolean(now.run);
  progress(now.run, now.admin);
  const submit = element.querySelector('form .pk-send');
  if (submit) submit.disabled = running;
  seen = now;
};
const safely = async (step) => { try { await step(); } catch (error) { tell(error.message, true); } };
let turn = Promise.resolve();
const soon = (step) => { turn = turn.then(() => safely(step)); return turn; };

const order = async (form) => {
  const sample = form.elements.sample.value.trim();
  const body = { source: form.elements.source.value, extractive: Boolean(form.elements.extractive?.checked),
    sample: sample ? Number(sample) : null };
  if (body.source === 'text') Object.assign(body, { text: form.elements.text.value, name: file });
  await call('evaluation', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  running = mine = true;
  tell('');
  await look();
};
const take = async (given) => {
  if (!given) return;
  if (given.size > 4 * 1024 * 1024) throw new Error('文件超过 4 MB，请拆小后再试。');
  file = given.name;
  element.querySelector('textarea').value = await given.text();
  part('file').textContent = `已读入 ${given.name}`;
  tell('');
};

element.addEventListener('submit', (event) => { event.preventDefault(); soon(() => order(event.target)); });
element.addEventListener('change', (event) => {
  const at = event.target;
  if (at.name === 'source') element.querySelector('.pk-ev-own').hidden = at.value !== 'text';
  else if (at.type === 'file') soon(() => take(at.files[0]));
  else if ('against' in at.dataset && at.value) soon(() => show(open, at.value));
});
element.addEventListener('input', (event) => {
  if (event.target.name !== 'text' || !file) return;
  file = '';
  part('file').textContent = '';
});
element.addEventListener('dragover', (event) => { if (event.target.closest('.pk-ev-own')) event.preventDefault(); });
element.addEventListener('drop', (event) => {
  if (!event.target.closest('.pk-ev-own') || !event.dataTransfer.files.length) return;
  event.preventDefault();
  const [given] = event.dataTransfer.files;
  soon(() => take(given));
});
element.addEventListener('click', (event) => {
  const at = event.target.closest('[data-run], [data-back], [data-stop], [data-remove], [data-reason]');
  if (!at) return;
  if ('run' in at.dataset) soon(() => show(at.dataset.run));
  else if ('stop' in at.dataset) soon(async () => { await call('evaluation', { method: 'DELETE' }); await look(); });
  else if ('back' in at.dataset) {
    const from = open;
    soon(async () => { await list(); element.querySelector(`[data-run="${CSS.escape(from)}"]`)?.focus(); });
  } else if ('remove' in at.dataset) {
    if (!('sure' in at.dataset)) {
      at.dataset.sure = '';
      at.textContent = '再点一次确认删除';
      return;
    }
    const gone = open;
    soon(async () => {
      await call(`evaluation/runs/${encodeURIComponent(gone)}`, { method: 'DELETE' });
      await list();
      tell('已删除这次评测。');
    });
  } else {
    const on = at.getAttribute('aria-pressed') !== 'true';
    for (const chip of element.querySelectorAll('[data-reason]')) chip.setAttribute('aria-pressed', on && chip === at);
    for (const each of element.querySelectorAll('.pk-ev-wrong details')) each.hidden = on && each.dataset.why !== at.dataset.reason;
  }
});

const watching = async () => {
  if (!element.isConnected) return;
  if (element.checkVisibility() && !document.hidden) await soon(look);
  setTimeout(watching, running ? 1000 : 4000);
};
watching();
new IntersectionObserver(([entry]) => { if (entry.isIntersecting) soon(look); }).observe(element);
