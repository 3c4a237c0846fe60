// A request that does not ask for text/html is answered when the page is there.
(() => {
  const again = () => pkDraft.idle() ? location.reload() : setTimeout(again, 200);
  fetch('config', { cache: 'no-store' }).then(again, () => setTimeout(again, 2000));
})();
