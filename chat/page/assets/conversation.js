element.addEventListener('click', (event) => {
  const chip = event.target.closest('[data-ask]');
  if (chip) trigger('submit', { question: chip.dataset.ask });
});
watch('value', () => {
  const asked = [...element.querySelectorAll('.pk-user')].at(-1);
  const log = document.getElementById('pk-log');
  if (!asked) log.scrollTop = 0;
  else if (log.scrollHeight > log.clientHeight) log.scrollTop += asked.getBoundingClientRect().top - log.getBoundingClientRect().top - 8;
  else if (asked.getBoundingClientRect().bottom > innerHeight / 2) asked.scrollIntoView({ block: 'start' });
});
