// Files go up one a request, so that each has its own progress; what the server makes of them is asked for while it works.
const zone = element.querySelector('.pk-upload');
const dialog = zone.querySelector('dialog');
const list = zone.querySelector('.pk-up-list');
const at = (selector, within = zone) => within.querySelector(selector);
const most = Number(zone.dataset.maxMb) * 2 ** 20;
const suffixes = zone.dataset.suffixes.split(',');
const AT_ONCE = 2;
const STATES = { queued: '等待上传', uploading: '正在上传', waiting: '等待读取', reading: '正在读取……', ready: '待确认', failed: '没有读出',
  accepting: '正在收入……', accepted: '已收入', refused: '没有上传' };
const MOVING = ['waiting', 'reading', 'accepting'];
const isAdmin = () => document.documentElement.classList.contains('pk-admin');
const say = (message) => { at('[data-said]').textContent = message; };
const size = (bytes) => bytes >= 2 ** 20 ? `${(bytes / 2 ** 20).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`;
const messageOf = (told) => told?.error?.message ?? told?.detail ?? '没有完成，请稍后再试。';
const call = async (path, method = 'GET', body = undefined) => {
  let got;
  try {
    const json = body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    got = await fetch(`/library/files${path}`, { method, ...json });
  } catch { throw new Error('连接不上服务，请检查网络后再试。'); }
  const told = await got.json().catch(() => null);
  if (got.ok) return told;
  throw new Error(got.status === 401 ? '管理登录已过期，请退出管理后重新登录。' : messageOf(told));
};

// The list --------------------------------------------------------------------------------------------------------
const uploads = new Map();  // here only: waiting, under way or refused
let staged = [];  // what the server has
const rows = new Map();
const make = (tag, name, text = '') => Object.assign(document.createElement(tag), { className: name, textContent: text });
const rowOf = (key) => {
  if (rows.has(key)) return rows.get(key);
  const row = make('li', 'pk-up-row');
  const parts = { row, name: make('span', 'pk-up-name'), about: make('span', 'pk-meta'), state: make('span', 'pk-up-state'),
    bar: make('progress', 'pk-up-bar'), said: make('p', 'pk-up-message'), tools: make('span', 'pk-up-tools') };
  parts.bar.max = 1;
  parts.state.role = 'status';
  for (const [action, label] of [['preview', '预览'], ['open', '看原文'], ['discard', '放弃']]) {
    const button = make('button', 'pk-up-small', label);
    button.type = 'button';
    button.dataset.do = action;
    button.dataset.key = key;
    parts[action] = button;
    parts.tools.append(button);
  }
  row.append(parts.name, parts.about, parts.state, parts.bar, parts.said, parts.tools);
  rows.set(key, parts);
  return parts;
};
const paint = (key, file) => {
  const parts = rowOf(key);
  const set = (node, text) => { if (node.textContent !== text) node.textContent = text; };
  set(parts.name, file.name);
  set(parts.about, [file.title && file.title !== file.name && `《${file.title}》`, file.size && size(file.size),
    file.doubts && file.state === 'ready' && `${file.doubts} 处需要核对`].filter(Boolean).join(' · '));
  set(parts.state, file.state === 'uploading' ? `${STATES.uploading} ${Math.floor(100 * file.share)}%` : STATES[file.state]);
  set(parts.said, file.message ?? '');
  parts.row.dataset.state = file.state;
  parts.said.hidden = !file.message;
  parts.bar.hidden = !['queued', 'uploading', ...MOVING].includes(file.state);
  parts.bar.ariaLabel = `${file.name} 的进度`;
  if (file.state === 'uploading' || file.state === 'queued') parts.bar.value = file.share; else parts.bar.removeAttribute('value');
  parts.preview.hidden = file.state !== 'ready';
  parts.open.hidden = file.state !== 'accepted';
  if (file.state === 'accepted') parts.open.dataset.document = file.document_id;
  parts.discard.hidden = file.state === 'accepting';
  const gone = { accepted: '知道了', refused: '知道了', queued: '取消', uploading: '取消' }[file.state] ?? '放弃';
  set(parts.discard, gone);
  for (const [button, label] of [[parts.preview, '预览'], [parts.open, '看原文'], [parts.discard, gone]])
    button.setAttribute('aria-label', `${label}：${file.name}`);
  return parts.row;
};
const draw = () => {
  const shown = [...staged.map((file) => paint(file.token, file)), ...[...uploads].map(([key, file]) => paint(key, file))];
  const keep = new Set(shown);
  for (const [key, parts] of rows) if (!keep.has(parts.row)) { parts.row.remove(); rows.delete(key); }
  shown.forEach((row, n) => { if (list.children[n] !== row) list.insertBefore(row, list.children[n] ?? null); });
  const ready = staged.filter((file) => file.state === 'ready');
  at('[data-accept-all]').hidden = ready.length < 2;
  at('[data-accept-all]').textContent = `全部收入（${ready.length} 份）`;
};
const told = new Set();  // accepted files that the other lists know of
let clock = 0;
let batch = null;  // tokens of the files that were to be accepted together
const sum = () => {
  const mine = staged.filter((file) => batch.has(file.token));
  if (mine.some((file) => MOVING.includes(file.state))) return;
  const taken = mine.filter((file) => file.state === 'accepted').length;
  const left = mine.length - taken;
  say(`收入了 ${taken} 份${left ? `，还有 ${left} 份没有收入，原因写在文件名下面` : ''}。`);
  batch = null;
};
const look = async () => {
  clearTimeout(clock);
  if (!isAdmin()) return;
  try {
    staged = (await call('')).files;
    const fresh = staged.filter((file) => file.state === 'accepted' && !told.has(file.token));
    fresh.forEach((file) => told.add(file.token));
    if (fresh.length) document.dispatchEvent(new CustomEvent('pk-library-changed'));
    draw();
    if (batch) sum();
  } catch (error) { say(error.message); return; }
  if (staged.some((file) => MOVING.includes(file.state))) clock = setTimeout(look, 1000);
};

// Uploading -------------------------------------------------------------------------------------------------------
let count = 0;
const refuse = (file, message) => Object.assign(file, { state: 'refused', message });
const add = (files) => {
  const chosen = [...files];
  for (const blob of chosen) {
    const file = { name: blob.name, size: blob.size, state: 'queued', share: 0, blob };
    if (blob.size > most) refuse(file, `文件有 ${size(blob.size)}，超过上限 ${zone.dataset.maxMb} MB，请拆分后再试。`);
    uploads.set(`up-${++count}`, file);
  }
  say('');
  draw();
  next();
};
const next = () => {
  const waiting = [...uploads.values()].filter((file) => file.state === 'queued');
  const busy = [...uploads.values()].filter((file) => file.state === 'uploading').length;
  waiting.slice(0, Math.max(0, AT_ONCE - busy)).forEach(send);
};
const send = (file) => {
  const key = [...uploads].find(([, each]) => each === file)[0];
  const request = new XMLHttpRequest();
  Object.assign(file, { state: 'uploading', request });
  const ended = (message) => {
    if (message === null) uploads.delete(key); else refuse(file, message);
    draw();
    next();
  };
  request.upload.onprogress = (event) => { file.share = event.loaded / Math.max(event.total, 1); paint(key, file); };
  request.onload = () => {
    let answer = null;
    try { answer = JSON.parse(request.responseText); } catch { /* said below */ }
    if (request.status === 201) { staged.push(answer); ended(null); clearTimeout(clock); clock = setTimeout(look, 300); }
    else ended(request.status === 401 ? '管理登录已过期，请退出管理后重新登录。' : messageOf(answer));
  };
  request.onerror = () => ended('上传中断，请检查网络后重试。');
  request.onabort = () => ended(null);
  request.open('POST', `/library/files?name=${encodeURIComponent(file.name.toWellFormed?.() ?? file.name)}`);
  request.setRequestHeader('Content-Type', 'application/octet-stream');
  request.send(file.blob);
  draw();
};
const isReadable = (file) => suffixes.some((suffix) => file.name.toLowerCase().endsWith(suffix)) && !/^[.~]/.test(file.name);
const addFolder = (files) => {
  const fit = [...files].filter(isReadable);
  add(fit);
  const skipped = files.length - fit.length;
  say(`文件夹里有 ${fit.length} 份可以读的文件${skipped ? `，跳过其他 ${skipped} 份` : ''}`);
};
const within = (entry) => new Promise((resolve) => {  // the files below a dropped folder
  if (entry.isFile) { entry.file((file) => resolve([file]), () => resolve([])); return; }
  const reader = entry.createReader();
  const found = [];
  const more = () => reader.readEntries(async (entries) => {
    if (!entries.length) return resolve(found);
    for (const each of entries) found.push(...await within(each));
    more();
  }, () => resolve(found));
  more();
});
const dropped = async (items, files) => {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return add(files);
  addFolder((await Promise.all(entries.map(within))).flat());
};
const drop = at('.pk-up-drop');
for (const name of ['dragover', 'drop']) {
  document.addEventListener(name, (event) => {  // a file dropped beside the zone must not take the page's place
    if (!isAdmin() || ![...(event.dataTransfer?.types ?? [])].includes('Files')) return;
    event.preventDefault();
    drop.classList.toggle('pk-up-over', name === 'dragover' && drop.contains(event.target));
    if (name === 'drop' && drop.contains(event.target)) dropped(event.dataTransfer.items, event.dataTransfer.files);
  });
}
document.addEventListener('dragleave', (event) => { if (!event.relatedTarget) drop.classList.remove('pk-up-over'); });
at('.pk-up-drop input').addEventListener('change', (event) => { add(event.target.files); event.target.value = ''; });
at('[data-folder]').addEventListener('click', () => at('[data-folder-input]').click());
at('[data-folder-input]').addEventListener('change', (event) => { addFolder(event.target.files); event.target.value = ''; });

// One file --------------------------------------------------------------------------------------------------------
const discard = async (key) => {
  const upload = uploads.get(key);
  if (upload?.state === 'uploading') { upload.request.abort(); return; }
  if (upload) uploads.delete(key);
  else {
    await call(`/${key}`, 'DELETE').catch((error) => say(error.message));
    staged = staged.filter((file) => file.token !== key);
  }
  draw();
  (at('.pk-up-row button:not([hidden])') ?? at('.pk-up-drop input')).focus();
  look();
};
const preview = async (token) => {
  let got;
  try { got = await call(`/${token}`); } catch (error) { say(error.message); look(); return; }
  dialog.innerHTML = got.html;
  dialog.dataset.token = token;
  dialog.showModal();
  dialog.scrollTop = 0;
  turn(1);
  at('[data-close-preview]', dialog).focus();
};
const turn = (number) => {
  const page = at('.pk-up-page', dialog);
  if (!page) return;
  const to = Math.min(Math.max(1, number), Number(page.dataset.pages));
  const image = at('img', page);
  const said = at('[data-page-said]', page);
  if (Number(page.dataset.shown) === to) return;
  page.dataset.shown = to;
  said.textContent = '正在生成页面图像……';
  said.hidden = false;
  image.hidden = true;
  image.onload = () => { image.hidden = false; said.hidden = true; };
  image.onerror = () => { said.textContent = '这一页的图像没有生成出来，请对照原文件核对。'; };
  image.alt = `第 ${to} 页的图像`;
  image.src = `${page.dataset.base}${to}.png`;
  page.scrollTop = 0;
  at('[data-number]', dialog).textContent = to;
  for (const button of dialog.querySelectorAll('[data-turn]'))
    button.disabled = to + Number(button.dataset.turn) < 1 || to + Number(button.dataset.turn) > Number(page.dataset.pages);
};
const point = (button) => {
  dialog.querySelectorAll('.pk-up-pointed').forEach((old) => old.classList.remove('pk-up-pointed'));
  button.classList.add('pk-up-pointed');
  if (at('.pk-up-page', dialog)) { if (Number(button.dataset.at)) turn(Number(button.dataset.at)); }
  else {
    const text = at(`[data-text="${button.dataset.node}"]`, dialog);
    text?.classList.add('pk-up-pointed');
    if (text) at('.pk-up-text', dialog).scrollTop = text.offsetTop - at('.pk-up-text', dialog).offsetTop - 20;
  }
  if (innerWidth <= 900) at('.pk-up-beside', dialog).scrollIntoView({ block: 'start' });
};
const wrong = (message) => {
  const line = at('[data-wrong]', dialog);
  line.textContent = message;
  line.hidden = !message;
};
const accept = async (button) => {
  const changed = [...dialog.querySelectorAll('.pk-up-preview-form input')].filter((field) => field.value !== field.defaultValue);
  const fields = Object.fromEntries(changed.map((field) => [field.name, field.value]));
  button.disabled = true;
  try { await call(`/${dialog.dataset.token}/accept`, 'POST', { fields }); }
  catch (error) { wrong(error.message); button.disabled = false; return; }
  dialog.close();
  look();
};
dialog.addEventListener('close', () => {
  const row = rows.get(dialog.dataset.token);
  dialog.replaceChildren();
  const back = row && [row.preview, row.discard].find((each) => !each.hidden && each.isConnected);
  (back ?? at('.pk-up-drop input')).focus();
});
zone.addEventListener('submit', (event) => {
  event.preventDefault();
  const button = at('[data-accept]', dialog);
  if (button && !button.disabled) accept(button);
});
zone.addEventListener('click', async (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  const { dataset } = button;
  if (dataset.do === 'preview') preview(dataset.key);
  if (dataset.do === 'discard') discard(dataset.key);
  if ('node' in dataset) point(button);
  if ('turn' in dataset) turn(Number(at('.pk-up-page', dialog).dataset.shown) + Number(dataset.turn));
  if ('closePreview' in dataset) dialog.close();
  if ('accept' in dataset) accept(button);
  if ('discard' in dataset) { const { token } = dialog.dataset; dialog.close(); discard(token); }
  if ('acceptAll' in dataset) {
    const sent = new Set();
    button.disabled = true;
    say('');
    for (const { token } of staged.filter((each) => each.state === 'ready')) {
      try { await call(`/${token}/accept`, 'POST', { only_new: true }); sent.add(token); }
      catch (error) { say(error.message); }
    }
    button.disabled = false;
    if (sent.size) batch = sent;
    look();
  }
});
new MutationObserver(look).observe(document.documentElement, { attributeFilter: ['class'] });
look();
