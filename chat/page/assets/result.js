watch('value', () => element.scrollIntoView({ block: 'nearest' }));
