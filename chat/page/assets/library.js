// Lists come as HTML from /library/…, which asks at each change who sends it; what is hidden here protects nothing.
const root = element.querySelector('.pk-library');
const dialog = root.querySelector('dialog');
const at = (selector, within = root) => within.querySelector(selector);
const all = (selector, within = root) => [...within.querySelectorAll(selector)];
const panel = (name) => at(`[data-panel="${name}"]`);
const shown = { view: 'documents', admin: false, state: 'draft', doc: '', page: { documents: 1, rules: 1, changes: 1 } };

const call = async (path, body, method = body === undefined ? 'GET' : 'POST') => {
  let got;
  try {
    const json = body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    got = await fetch(path, { method, ...json });
  } catch { throw new Error('连接不上服务，请检查网络后再试。'); }
  const told = await got.json().catch(() => ({}));
  if (got.ok) return told;
  const error = new Error(told.error?.message ?? told.message ?? '没有完成，请稍后再试。');
  error.status = got.status;
  if (got.status === 401 && shown.admin && path !== '/admin/session') {
    paint(false);
    openLogin('管理登录已过期，请重新输入管理密码；填写的内容还在。');
  }
  throw error;
};
const wrong = (within, message) => {
  const line = at('[data-wrong]', within);
  line.textContent = message;
  line.hidden = !message;
};
const done = (message, failed = false) => {
  const line = at('[data-done]');
  line.textContent = message;
  line.hidden = !message;
  line.classList.toggle('pk-lib-failed', failed);
  if (message) line.scrollIntoView({ block: 'nearest' });
};

// The lists -------------------------------------------------------------------------------------------------------
let asked = 0;
const query = (name) => {
  const values = { page: shown.page[name] };
  for (const field of all('.pk-lib-filters [name]', panel(name))) values[field.name] = field.value;
  if (name === 'rules') Object.assign(values, { state: shown.state, doc: shown.doc });
  return new URLSearchParams(values);
};
const load = async () => {
  const name = shown.view;
  const mine = ++asked;
  const where = panel(name);
  where.setAttribute('aria-busy', 'true');
  try {
    const told = await call(`/library/${name}?${query(name)}`);
    if (mine !== asked) return;
    at(':scope > [data-list]', where).innerHTML = told.html;
    at(':scope > [data-pager]', where).innerHTML = told.pager;
    at(':scope > [data-said]', where).textContent = told.said;
    if (told.opening) setTimeout(() => { if (mine === asked) load(); }, 1500);
    for (const [state, count] of Object.entries(told.counts ?? {})) at(`[data-count="${state}"]`).textContent = ` ${count}`;
  } catch (error) {
    if (mine !== asked) return;
    const line = document.createElement('p');
    line.className = 'pk-failure';
    line.role = 'alert';
    line.textContent = error.message;
    at(':scope > [data-list]', where).replaceChildren(line);
    at(':scope > [data-pager]', where).replaceChildren();
    at(':scope > [data-said]', where).textContent = '';
  } finally { if (mine === asked) where.removeAttribute('aria-busy'); }
};
const again = () => { trigger('submit', {}); return load(); };  // other tabs list documents and rules too
document.addEventListener('pk-library-changed', again);  // said by whatever else adds a document
let waiting = 0;
const soon = () => { clearTimeout(waiting); shown.page[shown.view] = 1; waiting = setTimeout(load, 180); };
const choose = (buttons, chosen) => {
  for (const button of buttons) {
    button.setAttribute('aria-checked', button === chosen);
    button.tabIndex = button === chosen ? 0 : -1;
  }
};
const show = (view) => {
  shown.view = view;
  root.dataset.shows = view;
  choose(all('[data-view]'), at(`[data-view="${view}"]`));
  for (const section of all('[data-panel]')) section.hidden = section.dataset.panel !== view;
  load();
};
const ofDocument = (doc) => {
  shown.doc = doc;
  const line = at('[data-only]');
  line.hidden = !doc;
  at('span', line).textContent = doc ? `只列“${doc}”的规则` : '';
  shown.page.rules = 1;
};

// The admin -------------------------------------------------------------------------------------------------------
const paint = (admin) => {
  shown.admin = admin;
  document.documentElement.classList.toggle('pk-admin', admin);
  for (const each of all('[data-admin]')) each.hidden = !admin;
  at('[data-log-in]').hidden = admin;
  if (admin) at('[data-form="login"]').hidden = true;
};
const openLogin = (message = '') => {
  const form = at('[data-form="login"]');
  if (dialog.open) dialog.prepend(form); else at('.pk-lib-bar').after(form);
  form.hidden = false;
  wrong(form, message);
  at('input', form).focus();
};
const logIn = async (form) => {
  const box = at('input', form);
  try { await call('/admin/session', { password: box.value }); }
  catch (error) {
    wrong(form, error.message);
    box.select();
    return;
  }
  box.value = '';
  paint(true);
  if (!dialog.open) { done('已登录，可以上传、修改和删除文件，确认补贴规则。'); load(); at(`[data-view="${shown.view}"]`).focus(); }
};
const logOut = async () => {
  await call('/admin/session', undefined, 'DELETE').catch(() => {});
  paint(false);
  done('已退出管理。');
  show('documents');
};

// Documents -------------------------------------------------------------------------------------------------------
let opener = null;
const openDialog = async (path, from) => {
  opener = from;
  try { at('[data-dialog]').innerHTML = (await call(path)).html; }
  catch (error) { done(error.message, true); return; }
  dialog.showModal();
  at('input, [data-cancel]', at('[data-dialog]'))?.focus();
};
const closeDialog = () => { dialog.close(); };
dialog.addEventListener('close', () => {
  at('.pk-lib-bar').after(at('[data-form="login"]'));
  at('[data-dialog]').replaceChildren();
  if (opener?.isConnected) opener.focus(); else at('[name=words]', panel(shown.view))?.focus();
});
const filled = () => {
  const form = at('[data-form="correct"]');
  return { id: form.dataset.id, version: form.dataset.version, fields: Object.fromEntries(new FormData(form)) };
};
const busy = async (button, work) => {
  button.disabled = true;
  try { await work(); } finally { button.disabled = false; }
};
const preview = (form) => busy(at('[type=submit]', form), async () => {
  const place = at('[data-preview]');
  let told;
  try { told = await call('/library/preview', filled()); }
  catch (error) { told = { wrong: error.message }; }
  wrong(form, told.wrong ?? '');
  if (told.wrong) { at('[data-wrong]', form).scrollIntoView({ block: 'nearest' }); return; }
  place.innerHTML = told.html;
  form.hidden = true;
  place.hidden = false;
  dialog.scrollTop = 0;
  at('[data-correct], [data-back]', place).focus();
});
const back = () => { at('[data-preview]').hidden = true; at('[data-form="correct"]').hidden = false; at('[data-form="correct"] input').focus(); };
const finish = (button, path, body) => busy(button, async () => {
  let told;
  try { told = await call(path, body()); }
  catch (error) { wrong(button.closest('[data-preview], [data-dialog]'), error.message); return; }
  closeDialog();
  await again();
  done(told.message);
});

// Rules -----------------------------------------------------------------------------------------------------------
const decide = (button, action) => busy(button, async () => {
  const card = button.closest('.pk-lib-rule');
  let told;
  try { told = await call(`/library/rules/${action}`, { id: card.dataset.rule }); }
  catch (error) { done(error.message, true); return; }
  if (told.fits === false) { await edit(card); at('[data-said]', card).innerHTML = told.html; return; }
  await again();
  done(told.message);
});
const edit = async (card) => {
  const form = at('form', card);
  try { at('textarea', form).value = (await call(`/library/rules/text?id=${encodeURIComponent(card.dataset.rule)}`)).text; }
  catch (error) { done(error.message, true); return; }
  form.hidden = false;
  at('textarea', form).focus({ preventScroll: true });
  form.scrollIntoView({ block: 'nearest' });
};
const judge = (form, action, button) => busy(button, async () => {
  const said = at('[data-said]', form);
  let told;
  try { told = await call(`/library/rules/${action}`, { id: form.dataset.id, text: at('textarea', form).value }); }
  catch (error) { said.innerHTML = '<p class="pk-failure"></p>'; said.firstChild.textContent = error.message; return; }
  if (!told.message) { said.innerHTML = told.html; return; }
  await again();
  done(told.message);
});

// What is clicked and typed ---------------------------------------------------------------------------------------
const clicks = {
  'view': (b) => { done(''); if (b.dataset.view === 'rules') ofDocument(''); show(b.dataset.view); },
  'state': (b) => { shown.state = b.dataset.state; shown.page.rules = 1; choose(all('[data-state]'), b); load(); },
  'page': async (b) => { shown.page[shown.view] = Number(b.dataset.page); await load(); panel(shown.view).scrollIntoView({ block: 'nearest' }); },
  'logIn': () => openLogin(),
  'cancelLogin': () => { at('[data-form="login"]').hidden = true; at('[data-log-in]').focus(); },
  'logOut': logOut,
  'edit': (b) => openDialog(`/library/form?id=${encodeURIComponent(b.dataset.edit)}`, b),
  'remove': (b) => openDialog(`/library/removal?id=${encodeURIComponent(b.dataset.remove)}`, b),
  'rulesOf': (b) => { done(''); ofDocument(b.dataset.rulesOf); show('rules'); },
  'all': () => { ofDocument(''); load(); },
  'cancel': closeDialog,
  'back': back,
  'correct': (b) => finish(b, '/library/correct', filled),
  'removeNow': (b) => finish(b, '/library/remove', () => ({ id: b.dataset.removeNow })),
  'confirm': (b) => decide(b, 'confirm'),
  'reject': (b) => decide(b, 'reject'),
  'drop': (b) => decide(b, 'drop'),
  'editRule': (b) => edit(b.closest('.pk-lib-rule')),
  'closeEdit': (b) => { b.closest('form').hidden = true; at('[data-edit-rule]', b.closest('.pk-lib-rule')).focus(); },
  'check': (b) => judge(b.closest('form'), 'check', b),
};
// The part that takes files in is drawn by itself and stands above the list.
const uploads = () => document.getElementById('pk-library-upload');
const settle = (tries = 100) => {
  if (uploads()) at('[data-upload]').append(uploads());
  else if (tries) setTimeout(() => settle(tries - 1), 50);
};
settle();
const isOurs = (event) => !event.target.closest('#pk-library-upload');
root.addEventListener('click', (event) => {
  if (!isOurs(event)) return;
  const button = event.target.closest('button');
  const action = button && Object.keys(clicks).find((name) => name in button.dataset);
  if (action) clicks[action](button);
});
root.addEventListener('submit', (event) => {
  const form = event.target.dataset.form;
  if (!form || !isOurs(event)) return;
  event.preventDefault();
  if (form === 'login') logIn(event.target);
  if (form === 'correct') preview(event.target);
  if (form === 'rule') judge(event.target, 'confirm', at('[type=submit]', event.target));
});
root.addEventListener('input', (event) => { if (event.target.closest('.pk-lib-filters')) soon(); });
root.addEventListener('keydown', (event) => {
  const button = isOurs(event) && event.target.closest('[role=radio]');
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!button || !step) return;
  event.preventDefault();
  const group = all('[role=radio]', button.parentElement).filter((each) => !each.hidden);
  const next = group[(group.indexOf(button) + step + group.length) % group.length];
  next.focus();
  next.click();
});

const start = async () => {
  const told = await call('/library/session').catch(() => ({ admin: false }));
  paint(told.admin);
  if (told.reader) {
    at('[data-reader]').textContent = told.reader;
    at('[data-reader]').hidden = at('[data-reader-out]').hidden = false;
  }
};
choose(all('[data-view]'), at('[data-view="documents"]'));
choose(all('[data-state]'), at('[data-state="draft"]'));
start();
new IntersectionObserver((seen) => { if (seen.some((each) => each.isIntersecting)) load(); }).observe(root);
