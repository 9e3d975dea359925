/** filterSchools: a box above each school picker that leaves only the schools whose name holds what is typed. */

export function filterSchools(root) {
  for (const picker of root.querySelectorAll('.question__picker')) {
    if (picker.querySelector('details') === null) continue;
    const id = `${picker.closest('[data-question]').id}-search`;
    const label = document.createElement('label');
    label.className = 'search__label';
    label.htmlFor = id;
    label.textContent = picker.dataset.search;
    // Without a name, so that it is never sent.
    const box = document.createElement('input');
    Object.assign(box, { id, type: 'search', className: 'usa-input', autocomplete: 'off' });
    box.addEventListener('input', (event) => {
      event.stopPropagation();
      filter(picker, box.value.trim().toLowerCase());
    });
    box.addEventListener('keydown', (event) => event.key === 'Enter' && event.preventDefault());
    picker.querySelector('details').before(label, box);
  }
}

function filter(picker, text) {
  for (const fold of picker.querySelectorAll('details')) {
    let found = 0;
    for (const row of fold.querySelectorAll('.choice')) {
      const fits = text === '' || row.textContent.toLowerCase().includes(text) || row.querySelector('input').checked;
      row.hidden = !fits;
      if (fits && text !== '' && row.textContent.toLowerCase().includes(text)) found += 1;
    }
    fold.hidden = text !== '' && [...fold.querySelectorAll('.choice')].every((row) => row.hidden);
    if (text !== '') fold.open = found > 0;
  }
}
