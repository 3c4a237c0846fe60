// Two documents beside each other: on one matter, or as two versions. Only the newest answer is shown.
const compare = (name, ask) => {
  const form = element.querySelector(`#pk-${name}`), shown = element.querySelector(`#pk-${name}-found`);
  let asked = 0;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const mine = ++asked;
    shown.setAttribute('aria-busy', 'true');
    shown.innerHTML = '<p class="pk-pending" role="status">正在对比……</p>';
    let html;
    try { html = await ask(Object.fromEntries(new FormData(form))); }
    catch { html = '<p class="pk-failure" role="alert">没有完成，请检查网络后再试。</p>'; }
    if (mine !== asked) return;
    shown.removeAttribute('aria-busy');
    shown.innerHTML = html;
  });
  form.querySelector('[data-swap]').addEventListener('click', () => {
    const [one, other] = form.querySelectorAll('input[list]');
    [one.value, other.value] = [other.value, one.value];
    if (shown.querySelector('.pk-version-row, .pk-matter-row')) form.requestSubmit();
  });
  shown.addEventListener('change', (event) => {
    if ('onlyChanges' in event.target.dataset) shown.querySelector('.pk-version-rows').dataset.only = event.target.checked;
  });
};
compare('matter', (sent) => server.matter(sent));
compare('versions', (sent) => server.versions(sent));
