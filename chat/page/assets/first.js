// Gradio's own words follow the language of the browser, which is read before any script it lets us add.
for (const [key, value] of [['language', 'zh-CN'], ['languages', ['zh-CN', 'zh']]])
  Object.defineProperty(Navigator.prototype, key, { get: () => value });
// Dark where the system is, or as chosen on this device; Gradio, which only knows the system, is corrected before it is seen.
window.pkTheme = (() => {
  const system = matchMedia('(prefers-color-scheme: dark)');
  let chosen = null;
  try { chosen = localStorage.getItem('pk-theme'); } catch { /* nothing is remembered where storage is shut */ }
  const isDark = () => chosen ? chosen === 'dark' : system.matches;
  const paint = () => {
    for (const at of [document.documentElement, document.body])
      if (at && at.classList.contains('dark') !== isDark()) at.classList.toggle('dark');
  };
  const toggle = () => {
    chosen = isDark() ? 'light' : 'dark';
    if ((chosen === 'dark') === system.matches) chosen = null;
    try { chosen ? localStorage.setItem('pk-theme', chosen) : localStorage.removeItem('pk-theme'); } catch { /* as above */ }
    paint();
  };
  system.addEventListener('change', paint);
  paint();
  document.addEventListener('DOMContentLoaded', paint);
  new MutationObserver(paint).observe(document.documentElement, { attributeFilter: ['class'], subtree: true });
  return { toggle };
})();
