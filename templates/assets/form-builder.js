/**
 * The builder with a script: a moved question or section stays under the fingers - the page is not loaded anew, the
 * button keeps the focus and what happened is said - and a file can be chosen where JSON is pasted. Without it all works
 * by plain forms.
 */

const builder = document.getElementById('builder');
if (builder !== null) builder.addEventListener('submit', move);

let waiting = Promise.resolve();

async function move(event) {
  const { submitter, target } = event;
  if (submitter?.name !== 'step' || !/\.(up|down)\./.test(submitter.value)) return;
  event.preventDefault();
  // One after the other, so that two quick presses move twice; each with the version that the last one left.
  const { value } = submitter;
  waiting = waiting.then(() => send(target.action, value)).catch(() => location.reload());
}

async function send(action, value) {
  const form = builder.querySelector('form.builder');
  const body = new URLSearchParams(new FormData(form));
  body.set('step', value);
  body.set('_key', crypto.randomUUID());
  const answer = await fetch(action, { method: 'POST', body });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const fresh = page.getElementById('builder');
  if (fresh === null) throw new Error('not the builder');
  builder.replaceChildren(...fresh.childNodes);
  focus(value);
}

/** The same button; at an end, where it is not there any more, the one that leads back. */
function focus(value) {
  const other = value.includes('.up.') ? value.replace('.up.', '.down.') : value.replace('.down.', '.up.');
  const find = (each) => builder.querySelector(`button[value="${each}"]`);
  (find(value) ?? find(other))?.focus();
  const [part, , key] = value.split('.');
  const row = document.getElementById(`${part === 'section' ? 's' : 'q'}-${key}`);
  const rows = row === null ? [] : [...row.parentElement.children].filter((each) => each.tagName === row.tagName);
  const status = document.getElementById('builder-status');
  if (status === null || row === null) return;
  status.textContent = builder.dataset.moved
    .replace('%place', String(rows.indexOf(row) + 1))
    .replace('%count', String(rows.length));
}

/** A file beside the box for JSON. */
const json = document.querySelector('textarea[name="json"]');
if (json !== null) {
  const file = document.createElement('input');
  Object.assign(file, { type: 'file', accept: '.json,application/json', className: 'file-box' });
  file.setAttribute('aria-label', json.labels[0]?.textContent ?? '');
  file.addEventListener('change', async () => {
    json.value = (await file.files[0]?.text()) ?? json.value;
  });
  json.before(file);
}
