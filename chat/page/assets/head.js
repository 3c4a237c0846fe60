const tabs = () => [...document.querySelectorAll('[role=tab][data-tab-id]')];
const tab = (name) => tabs().find((each) => each.dataset.tabId === (name || 'chat'));
const here = () => decodeURIComponent(location.hash.slice(1));
const until = (ready, then, tries = 200) => {
  if (ready() || tries === 0) then();
  else setTimeout(() => until(ready, then, tries - 1), 25);
};

// Each tab has an address, and the back button goes from tab to tab.
document.addEventListener('click', (event) => {
  const chosen = event.target.closest('[role=tab][data-tab-id]');
  if (chosen) {
    const name = chosen.dataset.tabId;
    if (name !== (here() || 'chat')) history.pushState(null, '', `${location.pathname}${location.search}#${name}`);
    chosen.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    return;
  }
  const link = event.target.closest('a[href^="#"]');
  const goal = link && tab(link.hash.slice(1));
  if (goal && link.hash) {
    event.preventDefault();
    goal.click();
    goal.focus();
  }
});
addEventListener('popstate', () => tab(here())?.click());
document.addEventListener('keydown', (event) => {
  const all = tabs();
  const at = all.indexOf(event.target.closest?.('[role=tab]'));
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (at < 0 || !step) return;
  event.preventDefault();
  const next = all[(at + step + all.length) % all.length];
  next.click();
  next.focus();
});

element.addEventListener('click', (event) => { if (event.target.closest('[data-theme]')) pkTheme.toggle(); });

// What was written while the page was opening goes into the box, or is asked.
const arrive = () => {
  tab(here())?.click();
  if (!window.pkDraft) return;
  const { text, sent, focused } = pkDraft.take();
  const box = document.querySelector('#pk-ask textarea');
  if (!box || !(text || focused)) return;
  if (text) {
    box.value = text;
    box.dispatchEvent(new Event('input', { bubbles: true }));
  }
  if (sent) setTimeout(() => document.querySelector('#pk-ask .submit-button')?.click(), 0);
  if (location.hash === '' || tab(here())?.dataset.tabId === 'chat') box.focus({ preventScroll: true });
};
until(() => document.querySelector('#pk-ask textarea') && tabs().length && (!window.pkDraft || pkDraft.idle()), arrive);

// Without a Chinese font every character is the same empty box; words in it would not be read.
const drawn = (character) => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 24, height: 24 });
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  pen.font = `18px ${getComputedStyle(document.body).fontFamily}`;
  pen.fillText(character, 1, 20);
  return pen.getImageData(0, 0, 24, 24).data.join();
};
if (new Set(['政', '策', '补', '贴'].map(drawn)).size === 1) {
  const said = document.createElement('p');
  said.className = 'pk-fontless';
  said.lang = 'en';
  said.textContent = 'No Chinese font is installed on this device: the text of this page cannot be shown. Please install one, such as Noto Sans CJK SC.';
  document.body.prepend(said);
}
