let pressed = null;
element.addEventListener('click', (event) => {
  const chip = event.target.closest('[data-condition]');
  if (!chip) return;
  pressed = chip.dataset.condition;
  trigger('select', { condition: pressed });
});
watch('value', () => {
  const chips = [...element.querySelectorAll('[data-condition]')];
  if (pressed !== null) chips.find((chip) => chip.dataset.condition === pressed)?.focus({ preventScroll: true });
  pressed = null;
});
