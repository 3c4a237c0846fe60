let opener = null;  // what was clicked outside the panel: the focus goes back to it
let current = null;  // what is open: the page, drawn anew when the knowledge base is ready or has changed, must not shut it
let moved = '';  // the button of the panel that was pressed: it has the focus again when the panel is drawn anew
const side = document.getElementById('pk-side');
const sheet = matchMedia('(max-width: 900px)');
side.setAttribute('aria-label', '政策原文');

const copyText = async (text) => {
  const area = document.createElement('textarea');
  area.value = text;
  area.setAttribute('aria-hidden', 'true');
  try {
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else {
      document.body.append(area);
      area.select();
      if (!document.execCommand('copy')) return false;
    }
    return true;
  } catch { return false; } finally { area.remove(); }
};
document.addEventListener('pk-copy', async ({ detail }) => detail.done(await copyText(detail.text)));
const copy = async (button) => {
  const link = button.dataset.copyLink;
  const text = link ? new URL(link, location.origin + location.pathname).href : button.dataset.copy;
  const label = button.dataset.label ??= button.textContent;
  button.textContent = await copyText(text) ? '已复制' : '复制失败，请手动选择文字';
  setTimeout(() => { button.textContent = label; }, 1800);
};

// On a phone the source lies over the page as a sheet, and what is below it cannot be reached meanwhile.
const cover = () => {
  const opened = side.classList.contains('pk-opened') && sheet.matches;
  side.setAttribute('role', opened ? 'dialog' : 'complementary');
  if (opened) side.setAttribute('aria-modal', 'true');
  else side.removeAttribute('aria-modal');
  for (const other of side.parentElement.children) if (other !== side) other.inert = opened;
};
sheet.addEventListener('change', cover);
cover();
const open = (asked) => {
  current = asked.clause || asked.document ? asked : null;
  side.classList.add('pk-opened');
  cover();
  trigger('select', asked);
};
const close = () => {
  current = null;
  side.classList.remove('pk-opened');
  cover();
  trigger('select', {});
  opener?.focus();
};

const turnPage = (button) => {
  const paper = element.querySelector('.pk-paper');
  const shown = button.getAttribute('aria-pressed') === 'true';
  button.setAttribute('aria-pressed', !shown);
  element.querySelector('.pk-page')?.remove();
  paper.hidden = !shown;
  if (shown) return;
  const place = Object.assign(document.createElement('div'), { className: 'pk-page', tabIndex: 0 });
  const image = Object.assign(document.createElement('img'), { alt: button.dataset.alt, src: button.dataset.page });
  const told = Object.assign(document.createElement('p'), { className: 'pk-pending', textContent: '正在打开原件……' });
  image.onload = () => told.remove();
  image.onerror = () => { told.className = 'pk-meta'; told.textContent = '原件的这一页没有打开，请稍后再试。'; image.remove(); };
  place.append(told, image);
  paper.after(place);
};

document.addEventListener('click', (event) => {
  const page = event.target.closest('[data-page]');
  if (page && element.contains(page)) return turnPage(page);
  const at = event.target.closest('[data-clause], [data-document], [data-copy], [data-copy-link], [data-close]');
  if (!at) return;
  event.preventDefault();
  if ('copy' in at.dataset || 'copyLink' in at.dataset) return copy(at);
  if ('close' in at.dataset) return close();
  if (element.contains(at)) moved = at.dataset.move ?? '';
  else {
    opener = at;
    moved = '';
    document.querySelectorAll('.pk-active').forEach((old) => old.classList.remove('pk-active'));
    at.classList.add('pk-active');
  }
  open({ ...at.dataset });
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && side.classList.contains('pk-opened')) close();
});

// The page was opened by a link: with a clause beside the conversation, or with a search.
const search = (words, tries = 100) => {
  const box = document.querySelector('#pk-search [name=q]');
  if (box) { box.value = words; box.dispatchEvent(new Event('input', { bubbles: true })); }
  else if (tries) setTimeout(() => search(words, tries - 1), 100);
};
let linked = new URLSearchParams(location.search);
watch('value', () => {
  if (element.querySelector('.pk-shelf') && !element.querySelector('.pk-pending')) {
    const [clause, words] = [linked?.get('clause'), linked?.get('q')];
    linked = null;
    if (words) search(words);
    if (clause) return setTimeout(() => open({ clause }), 0);
    if (current) return setTimeout(() => current && trigger('select', current), 0);
  }
  const paper = element.querySelector('.pk-paper');
  const goal = element.querySelector('mark') ?? element.querySelector('#pk-cited');
  if (!paper) return;
  if (!goal) return side.classList.contains('pk-opened') && paper.focus({ preventScroll: true });
  paper.scrollTop += goal.getBoundingClientRect().top - paper.getBoundingClientRect().top - paper.clientHeight / 4;
  const pressed = moved && element.querySelector(`[data-move="${moved}"]:not([disabled])`);
  (pressed || paper).focus({ preventScroll: true });
});
