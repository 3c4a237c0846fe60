// What is written before the page is there, kept over its arrival: { text, sent }.
window.pkDraft = (() => {
  const opening = document.getElementById('pk-opening');
  const [box, quote, form] = ['textarea', 'blockquote', 'form'].map((name) => opening.querySelector(name));
  let draft = { text: '', sent: false };
  let composing = false;
  try { draft = JSON.parse(sessionStorage.getItem('pk-draft')) ?? draft; } catch { /* nothing is kept where storage is shut */ }
  const keep = () => {
    try { draft.text ? sessionStorage.setItem('pk-draft', JSON.stringify(draft)) : sessionStorage.removeItem('pk-draft'); } catch { /* as above */ }
  };
  const draw = () => {
    form.hidden = draft.sent;
    form.style.display = draft.sent ? 'none' : '';
    quote.hidden = !draft.sent;
    quote.textContent = `已收下：${draft.text}`;
  };
  const mark = () => {
    const links = [...opening.querySelectorAll('nav a')];
    const here = links.find((link) => link.hash === location.hash) ?? links[0];
    for (const link of links) {
      link.classList.toggle('pk-on', link === here);
      link === here ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current');
    }
  };
  box.value = draft.text;
  box.addEventListener('input', () => { draft.text = box.value; keep(); });
  box.addEventListener('compositionstart', () => { composing = true; });
  box.addEventListener('compositionend', () => { composing = false; });
  const send = (event) => {
    event.preventDefault();
    draft = { text: box.value.trim(), sent: box.value.trim() !== '' };
    keep();
    draw();
  };
  form.addEventListener('submit', send);
  box.addEventListener('keydown', (event) => { if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) send(event); });
  opening.querySelector('nav').addEventListener('click', (event) => {
    const link = event.target.closest('a');
    if (!link) return;
    event.preventDefault();
    history.replaceState(null, '', location.pathname + location.search + link.hash);
    mark();
  });
  draw();
  mark();
  if (draft.text && !draft.sent) {
    box.focus({ preventScroll: true });
    box.setSelectionRange(box.value.length, box.value.length);
  }
  return {
    idle: () => !composing,
    take: () => {  // gives the draft away and ends the opening
      const given = { ...draft, focused: document.activeElement === box };
      draft = { text: '', sent: false };
      keep();
      opening.remove();
      return given;
    },
  };
})();
