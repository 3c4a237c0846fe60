const busy = () => element.querySelector('[aria-busy=true]') !== null;
const offered = new Map();  // further questions by the key of the answer; null while they are looked for
const found = new Map();  // what is said of an answer's link, by its key
const said = document.createElement('div');  // read out once per answer, not with each sentence that is added
said.className = 'pk-said';
said.setAttribute('aria-live', 'polite');
element.after(said);

element.addEventListener('click', (event) => {
  const chip = event.target.closest('[data-ask]');
  if (chip) askNext(chip.dataset.ask);
  const share = event.target.closest('[data-share]');
  if (share) shareAnswer(share.dataset.share);
});

// A question that is clicked while another is being answered waits for it; the last one clicked is asked.
let waiting = null;
const askNext = (question) => {
  waiting = question;
  if (busy()) return;
  waiting = null;
  trigger('submit', { question });
};

const shareAnswer = async (key) => {
  let told;
  try { told = await server.share(key); }
  catch { told = { message: '链接没有生成，请检查网络后再试。' }; }
  if (!told.path) { found.set(key, { text: told.message }); return drawShared(key); }
  const url = new URL(told.path, location.origin + location.pathname).href;
  document.dispatchEvent(new CustomEvent('pk-copy', { detail: { text: url, done: (copied) => {
    found.set(key, { text: copied ? '已复制：' : '请复制这个链接：', url });
    drawShared(key);
  } } }));
};
const drawShared = (key) => {
  const place = element.querySelector(`.pk-rate[data-key="${key}"] .pk-shared`);
  const told = found.get(key);
  if (!place || !told) return;
  place.textContent = told.text;
  place.classList.toggle('pk-unsaved', !told.url);
  if (!told.url) return;
  const link = Object.assign(document.createElement('a'), { href: told.url, textContent: told.url, target: '_blank', rel: 'noopener' });
  place.append(link);
};

const offer = async (place) => {
  const key = place.dataset.offers;
  if (!offered.has(key)) {
    offered.set(key, null);
    let questions = [];
    try { questions = await server.suggest(key); } catch { /* nobody waits for them */ }
    offered.set(key, questions);
  }
  const questions = offered.get(key);
  const now = [...element.querySelectorAll('.pk-offers')].at(-1);
  if (!questions?.length || now?.dataset.offers !== key || busy() || now.firstChild) return;
  const head = Object.assign(document.createElement('span'), { className: 'pk-meta', textContent: '接着问' });
  now.append(head, ...questions.map((question) => {
    const chip = Object.assign(document.createElement('button'), { type: 'button', className: 'pk-chip', textContent: question });
    chip.dataset.ask = question;
    return chip;
  }));
  now.setAttribute('role', 'group');
  now.setAttribute('aria-label', '接着问');
  now.hidden = false;
};

const keepInView = () => {
  const asked = [...element.querySelectorAll('.pk-user')].at(-1);
  const log = document.getElementById('pk-log');
  if (!asked) log.scrollTop = 0;
  else if (getComputedStyle(log).overflowY === 'auto') log.scrollTop += asked.getBoundingClientRect().top - log.getBoundingClientRect().top - 8;
  else if (asked.getBoundingClientRect().bottom > innerHeight / 2) asked.scrollIntoView({ block: 'start' });
};

const drawTools = () => {
  const keys = [...element.querySelectorAll('.pk-rate')].map((bar) => bar.dataset.key);
  const nav = document.querySelector('.pk-take');
  nav.hidden = keys.length === 0;
  remember(keys);
  for (const link of nav.querySelectorAll('a')) link.href = `export/conversation.${link.dataset.export}?keys=${keys.slice(-100).join(',')}`;
};

// A page that is loaded anew shows the conversation it showed before, as far as its answers are remembered.
const SHOWN = 'pk-shown';
const remember = (keys) => { try { sessionStorage.setItem(SHOWN, JSON.stringify(keys)); } catch { /* not allowed: then not */ } };
const shownBefore = () => { try { return JSON.parse(sessionStorage.getItem(SHOWN)) ?? []; } catch { return []; } };
if (shownBefore().length) setTimeout(() => trigger('submit', { shown: shownBefore() }));

let questions = 0;  // asked so far: the view follows a new one, and stays where its reader is while the answer grows
let working = false;
watch('value', () => {
  const asked = element.querySelectorAll('.pk-user').length;
  if (asked !== questions || !busy()) keepInView();
  questions = asked;
  drawTools();
  found.forEach((_, key) => drawShared(key));
  const last = [...element.querySelectorAll('.pk-bot, .pk-failure')].at(-1);
  if (busy() && !working) said.textContent = '正在查找条款';
  if (!busy() && working) {
    const spoken = [...last?.querySelectorAll(':scope > p') ?? []].map((each) => each.textContent);
    said.textContent = spoken.length ? `回答：${spoken.join('。')}` : last?.textContent ?? '';
    const at = document.activeElement;  // on a phone the keyboard would cover the answer
    if (at?.id === 'pk-stop' || ((!at || at === document.body) && matchMedia('(pointer: fine)').matches))
      document.querySelector('#pk-ask textarea')?.focus({ preventScroll: true });
  }
  working = busy();
  if (waiting && !working) setTimeout(() => waiting && askNext(waiting), 100);
  const more = [...element.querySelectorAll('.pk-offers')].at(-1);
  if (more && !busy()) offer(more);
});
