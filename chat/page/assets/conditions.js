// Chips of conditions: one that was understood is taken away or brought back, one that was set is unset, or all at once.
const taken = { keys: [], query: '' };
let pressed = null;
const keyOf = (chip) => chip.dataset.condition ?? chip.dataset.filter;
const press = (chip, form) => {
  const chips = [...element.querySelectorAll('[data-condition]')];
  pressed = null;
  if ('clear' in chip.dataset) {
    taken.keys = chips.map((each) => each.dataset.condition);
    FILTERS.forEach((name) => unset(form, name));
  } else if (chip.dataset.filter) unset(form, chip.dataset.filter.replace('set:', ''));
  else {
    const key = pressed = chip.dataset.condition;
    taken.keys = taken.keys.includes(key) ? taken.keys.filter((each) => each !== key) : [...taken.keys, key];
  }
};
const FILTERS = ['doc', 'unit', 'region', 'in_force', 'figure'];
const unset = (form, name) => {
  const field = { in_force: 'force', figure: 'value' }[name] ?? name;
  form.elements[field].value = '';
  form.elements.day.hidden = form.elements.force.value !== 'day';
};
const refocus = () => {
  const chips = [...element.querySelectorAll('[data-condition]')];
  if (pressed !== null) chips.find((chip) => keyOf(chip) === pressed)?.focus({ preventScroll: true });
  pressed = null;
};
