let opener = null;
const side = document.getElementById('pk-side');
const copy = async (button) => {
  const area = document.createElement('textarea');
  area.value = button.dataset.copy;
  try {
    if (navigator.clipboard) await navigator.clipboard.writeText(area.value);
    else { document.body.append(area); area.select(); document.execCommand('copy'); }
    button.textContent = '已复制';
  } catch { button.textContent = '复制失败，请手动选择文字'; }
  area.remove();
  setTimeout(() => { button.textContent = '复制引用'; }, 1800);
};
const close = () => {
  side.classList.remove('pk-opened');
  trigger('select', {});
  opener?.focus();
};
document.addEventListener('click', (event) => {
  const at = event.target.closest('[data-clause], [data-document], [data-copy], [data-close]');
  if (!at) return;
  event.preventDefault();
  if ('copy' in at.dataset) return copy(at);
  if ('close' in at.dataset) return close();
  opener = at;
  document.querySelectorAll('.pk-active').forEach((old) => old.classList.remove('pk-active'));
  at.classList.add('pk-active');
  side.classList.add('pk-opened');
  trigger('select', { ...at.dataset });
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && side.classList.contains('pk-opened')) close();
});
watch('value', () => {
  const paper = element.querySelector('.pk-paper');
  const goal = element.querySelector('mark') ?? element.querySelector('#pk-cited');
  if (!paper || !goal) return;
  paper.scrollTop += goal.getBoundingClientRect().top - paper.getBoundingClientRect().top - paper.clientHeight / 4;
  paper.focus({ preventScroll: true });
});
