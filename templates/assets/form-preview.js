/** A form tried out: show-when follows each answer, and words are counted along. Without it the buttons do the same. */
import { follow } from './show-when.js';
import { filterSchools } from './school-picker.js';
import { countAlong } from './words.js';

const root = document.querySelector('[data-show-when-root]');
if (root !== null) {
  follow(root, {
    changed: (sections) => {
      for (const section of sections) {
        const line = document.querySelector(`[data-nav="${section.dataset.section}"]`);
        if (line !== null) line.hidden = section.hidden;
      }
    },
  });
  countAlong(root);
  filterSchools(root);
}
