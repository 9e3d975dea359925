/** countWords: the twin of src/features/forms/words.ts; a test holds them together. */
export function countWords(text) {
  return (text ?? '').match(/\S+/g)?.length ?? 0;
}

/** Counts along under each box that has a limit: "62 of 150 words", in the words that the page came with. */
export function countAlong(root) {
  root.addEventListener('input', ({ target }) => {
    const line = target.id && document.getElementById(`${target.id}-count`);
    if (line) line.textContent = line.textContent.replace(/^[\d,]+/, countWords(target.value).toLocaleString('en-US'));
  });
}
