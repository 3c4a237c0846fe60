// Votes live here and are put back into the page each time the conversation is drawn anew.
const votes = new Map();
const voteOf = (key) => votes.get(key) ?? votes.set(key, { rating: 'none', draft: '', comment: '', message: '', failed: false }).get(key);
const draw = (bar) => {
  const vote = voteOf(bar.dataset.key);
  for (const thumb of bar.querySelectorAll('[data-rating]')) thumb.setAttribute('aria-pressed', thumb.dataset.rating === vote.rating);
  const said = bar.querySelector('.pk-thanks');
  if (said.textContent !== vote.message) said.textContent = vote.message;
  said.classList.toggle('pk-unsaved', vote.failed);
  const form = bar.querySelector('form');
  const closed = vote.rating !== 'down' || (vote.comment !== '' && vote.comment === vote.draft.trim());
  if (closed && form.contains(document.activeElement)) bar.querySelector('.pk-down').focus({ preventScroll: true });
  form.hidden = closed;
  const box = bar.querySelector('textarea');
  if (box.value !== vote.draft) box.value = vote.draft;
};
const send = async (bar, rating, comment) => {
  const key = bar.dataset.key;
  const vote = voteOf(key);
  let told;
  try { told = await server.rate({ key, rating, comment }); }
  catch { told = { stored: false, message: '评价没有存上，请检查网络后再试。' }; }
  if (told.stored) Object.assign(vote, { rating, comment });
  Object.assign(vote, { message: told.message, failed: !told.stored });
  const shown = element.querySelector(`.pk-rate[data-key="${key}"]`);
  if (!shown) return;
  draw(shown);
  const form = shown.querySelector('form');
  if (told.stored && rating === 'down' && !form.hidden) {
    form.querySelector('textarea').focus({ preventScroll: true });
    form.scrollIntoView({ block: 'nearest' });
  }
};
element.addEventListener('click', (event) => {
  const thumb = event.target.closest('.pk-thumb[data-rating]');
  if (!thumb) return;
  const bar = thumb.closest('.pk-rate');
  const again = voteOf(bar.dataset.key).rating === thumb.dataset.rating;
  send(bar, again ? 'none' : thumb.dataset.rating, '');
});
element.addEventListener('submit', (event) => {
  event.preventDefault();
  const bar = event.target.closest('.pk-rate');
  const comment = event.target.querySelector('textarea').value.trim();
  if (comment) send(bar, 'down', comment);
  else event.target.querySelector('textarea').focus();
});
element.addEventListener('input', (event) => {
  const bar = event.target.closest('.pk-rate');
  if (bar) voteOf(bar.dataset.key).draft = event.target.value;
});
let writing = null;  // the comment box that has the focus, which a new drawing takes away
element.addEventListener('focusin', (event) => { writing = event.target.closest('.pk-comment textarea') && event.target; });
watch('value', () => {
  const bars = [...element.querySelectorAll('.pk-rate')];
  bars.forEach(draw);
  if (!writing || writing.isConnected || document.activeElement !== document.body) return;
  const bar = bars.find((each) => each.dataset.key === writing.closest('.pk-rate').dataset.key);
  const [start, end] = [writing.selectionStart, writing.selectionEnd];
  writing = bar?.querySelector('textarea') ?? null;
  writing?.focus({ preventScroll: true });
  writing?.setSelectionRange(start, end);
});
