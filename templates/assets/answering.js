/**
 * Answering: a section of an application saves itself while somebody writes. Each answer has a version; what is typed
 * stands in this browser until the server has it, survives lost connections, reloads and a session that ended, and never
 * writes over what somebody else wrote: then both stand side by side. Without this script the same form is saved by its
 * button.
 */
import { answerIn, visibleKeys } from './show-when.js';

const PAUSE = 900;
const LONGEST_PAUSE = 8000;
const FIRST_RETRY = 2000;
const LONGEST_RETRY = 30_000;
const PATIENCE = 20_000;
/** What was never saved is forgotten after so long, for the sake of whoever uses this device next. */
const KEPT_DAYS = 30;
const MOST_AT_ONCE = 40;
const LOOK_AGAIN = 60_000;

const all = (root, selector) => [...root.querySelectorAll(selector)];
const same = (left, right) => JSON.stringify(left) === JSON.stringify(right);
const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (hole, name) => values[name] ?? hole);

/** Words as people count them: the twin of `countWords` (src/features/forms/words.ts). */
export const countWords = (text) => text.match(/\S+/g)?.length ?? 0;

const boxesOf = (block) => {
  const name = `answers.${block.dataset.answer}`;
  const isOurs = (box) => box.name === name || box.name.startsWith(`${name}[`) || box.name.startsWith(`${name}.`);
  return all(block, '[name]').filter(isOurs);
};

/** As a box stands now, and as the page came with it: somebody may type before this script is here. */
const NOW = { value: (box) => box.value, checked: (box) => box.checked };
const CAME = {
  value: (box) => (box.options === undefined ? box.defaultValue : (all(box, 'option').find((each) => each.defaultSelected)?.value ?? '')),
  checked: (box) => box.defaultChecked,
};

/** What stands in the boxes of one question, as it is sent. Nothing in them is null. */
export function readBoxes(block, { value, checked } = NOW) {
  const { answerKind: kind } = block.dataset;
  const name = `answers.${block.dataset.answer}`;
  const boxes = boxesOf(block);
  const ticked = boxes.filter(checked).map((box) => box.value);
  if (kind === 'yes_no') return { yes: true, no: false }[ticked[0]] ?? null;
  if (kind === 'choice' && boxes[0]?.type === 'radio') return ticked[0] ?? null;
  if (kind === 'many' || kind === 'schools' || kind === 'file') return ticked.length === 0 ? null : ticked;
  if (kind === 'address') {
    const lines = boxes.map((box) => [box.name.slice(name.length + 1), value(box)]);
    return lines.some(([, text]) => text.trim() !== '') ? Object.fromEntries(lines) : null;
  }
  if (kind === 'table' || kind === 'districts' || kind === 'budget') return rowsOf(boxes, name, kind, { value, checked });
  const text = boxes[0] === undefined ? '' : value(boxes[0]);
  return text.trim() === '' ? null : text;
}

function rowsOf(boxes, name, kind, { value, checked }) {
  const rows = new Map();
  for (const box of boxes) {
    const found = /^\[(\d+)\]\.([\w-]+)$/.exec(box.name.slice(name.length));
    const isEmpty = box.type === 'file' || (box.type === 'radio' && !checked(box)) || value(box) === '';
    if (found === null || isEmpty) continue;
    const row = rows.get(Number(found[1])) ?? {};
    row[found[2]] = value(box);
    rows.set(Number(found[1]), row);
  }
  const isSaid = (row) => {
    if (row.row === 'indirect') return (row.kind ?? 'none') !== 'none';
    return kind !== 'districts' || (row.share ?? '') !== '';
  };
  const said = [...rows.entries()].sort(([a], [b]) => a - b).flatMap(([, row]) => (isSaid(row) ? [row] : []));
  return said.length === 0 ? null : said;
}

/** The answer that stands in the boxes of a question, as it would be kept. */
function standingIn(block) {
  const drawn = block.querySelector('[data-question]');
  return drawn === null ? (readBoxes(block) ?? undefined) : answerIn(drawn);
}

/** Puts a value into the boxes of a question; false where only a new page can show it. */
export function writeBoxes(block, value) {
  const { answerKind: kind } = block.dataset;
  const name = `answers.${block.dataset.answer}`;
  const boxes = boxesOf(block);
  const text = value === null ? '' : typeof value === 'object' && 'typed' in value ? value.typed : value;
  if (['many', 'schools', 'choice', 'yes_no'].includes(kind) && boxes[0]?.type !== 'select-one') {
    const chosen = kind === 'yes_no' ? [{ true: 'yes', false: 'no' }[String(value)]] : [value ?? []].flat();
    for (const box of boxes) box.checked = chosen.includes(box.value);
    return true;
  }
  if (kind === 'file') return false;
  if (kind === 'address') {
    for (const box of boxes) box.value = value?.[box.name.slice(name.length + 1)] ?? '';
    return true;
  }
  if (kind === 'districts') {
    const shares = new Map((value ?? []).map((row) => [row.district, row.share]));
    for (const box of boxes.filter((each) => each.name.endsWith('.share'))) {
      const district = boxes.find((each) => each.name === box.name.replace(/share$/, 'district'))?.value;
      box.value = shares.get(district) ?? '';
    }
    return true;
  }
  if (kind === 'table') return writeTable(block, name, value ?? []);
  if (kind === 'budget' || boxes[0] === undefined) return false;
  boxes[0].value = text;
  return true;
}

function writeTable(block, name, rows) {
  while (all(block, '[data-row]').length < rows.length) if (addRow(block) === undefined) return false;
  for (const box of all(block, '[name]')) {
    const found = box.name.startsWith(name) ? /^\[(\d+)\]\.(\w+)$/.exec(box.name.slice(name.length)) : null;
    if (found !== null) box.value = rows[Number(found[1])]?.[found[2]] ?? '';
  }
  return true;
}

/** One more row at the end of a table: the last one again, empty, under the next number. */
function addRow(block) {
  const rows = all(block, '[data-row]');
  const last = rows.at(-1);
  if (last === undefined) return undefined;
  const row = last.cloneNode(true);
  const [from, to] = [rows.length - 1, rows.length];
  for (const place of [row, ...all(row, '*')]) {
    for (const attribute of [...place.attributes]) {
      const next = attribute.value
        .replaceAll(`[${from}]`, `[${to}]`)
        .replace(new RegExp(`-${from}-`, 'g'), `-${to}-`)
        .replace(/\b\d+$/, (number) => (attribute.name === 'aria-label' ? String(to + 1) : number));
      if (next !== attribute.value) place.setAttribute(attribute.name, next);
    }
  }
  const label = row.querySelector('.question__row-label');
  if (label !== null) label.textContent = row.getAttribute('aria-label');
  for (const box of all(row, 'input, select, textarea')) box.value = '';
  last.after(row);
  return row;
}

/** What this browser keeps until the server has it; a browser that keeps nothing says so. */
class Store {
  constructor(application, person) {
    this.prefix = `granary.answer.${application}.${person}.`;
    try {
      localStorage.setItem(`${this.prefix}try`, '1');
      localStorage.removeItem(`${this.prefix}try`);
      this.isKeeping = true;
    } catch {
      this.isKeeping = false;
    }
    this.forgetOld();
  }

  put(key, entry) {
    try {
      localStorage.setItem(this.prefix + key, JSON.stringify({ ...entry, at: Date.now() }));
    } catch {
      this.isKeeping = false;
    }
  }

  get(key) {
    try {
      return JSON.parse(localStorage.getItem(this.prefix + key) ?? 'null');
    } catch {
      return null;
    }
  }

  drop(key) {
    try {
      localStorage.removeItem(this.prefix + key);
    } catch {
      this.isKeeping = false;
    }
  }

  forgetOld() {
    if (!this.isKeeping) return;
    for (const name of Object.keys(localStorage).filter((each) => each.startsWith('granary.answer.'))) {
      try {
        const { at } = JSON.parse(localStorage.getItem(name) ?? '{}');
        if (!(Date.now() - at < KEPT_DAYS * 86_400_000)) localStorage.removeItem(name);
      } catch {
        localStorage.removeItem(name);
      }
    }
  }
}

/** A request with an end: a line that went dead does not hold up the next try for ever. */
async function ask(url, options) {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), PATIENCE);
  try {
    return await fetch(url, { credentials: 'same-origin', signal: stop.signal, ...options });
  } finally {
    clearTimeout(late);
  }
}

class Section {
  constructor(form) {
    this.form = form;
    this.data = JSON.parse(form.dataset.answering);
    this.words = this.data.words;
    this.store = new Store(this.data.application, this.data.person);
    this.status = form.querySelector('[data-status]');
    this.spoken = form.querySelector('[data-spoken]');
    this.state = '';
    this.retry = 0;
    this.questions = new Map();
    for (const block of all(form, '[data-answer]')) this.questions.set(block.dataset.answer, this.begin(block));
  }

  /** One question: `kept` is what the server has, `sent` what is on its way, `held` why it waits for a choice. */
  begin(block) {
    const kept = readBoxes(block, CAME);
    return { block, kept, version: Number(block.dataset.version), sent: undefined, held: undefined, refused: undefined };
  }

  start() {
    this.bringBack();
    this.form.addEventListener('input', (event) => this.changed(event.target, PAUSE));
    this.form.addEventListener('change', (event) => this.changed(event.target, 0));
    this.form.addEventListener('focusout', (event) => this.changed(event.target, 0));
    this.form.addEventListener('submit', (event) => this.handOver(event));
    window.addEventListener('online', () => this.now());
    window.addEventListener('focus', () => this.now());
    document.addEventListener('visibilitychange', () => (document.hidden ? this.flush() : this.now()));
    window.addEventListener('pagehide', () => this.flush());
    for (const { block } of this.questions.values()) this.dress(block);
    setInterval(() => void this.look(), LOOK_AGAIN);
    // What was typed while this script was on its way.
    if (this.unsaved().length > 0) {
      this.follow();
      this.soon(0);
    }
  }

  /** What was typed here before and never saved comes back, unless the server has it already. */
  bringBack() {
    let count = 0;
    let arrived = 0;
    for (const [key, question] of this.questions) {
      const entry = this.store.get(key);
      if (entry === null) continue;
      if (same(entry.value, question.kept) || question.block.dataset.answerKind === 'partners') {
        this.store.drop(key);
        arrived += 1;
        continue;
      }
      if (!writeBoxes(question.block, entry.value)) {
        // Rows of a budget come back by themselves when they are saved.
        question.pending = entry.value;
      }
      question.version = entry.version;
      question.sent = entry.sent;
      count += 1;
    }
    if (count > 0) {
      this.say('back', this.words.back);
      this.soon(0);
    } else if (arrived > 0 && document.querySelector('.page-note [role=status]') === null) {
      // Where the page itself says that it was saved, it was typed a moment ago and not before.
      this.say('saved', this.words.arrived);
    }
  }

  dress(block) {
    this.count(block);
    if (block.dataset.answerKind === 'file') this.dressFiles(block);
    if (block.dataset.answerKind === 'table') this.dressTable(block);
  }

  dressTable(block) {
    const rows = block.querySelector('[data-row]')?.parentElement;
    if (rows === null || rows === undefined) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'usa-button usa-button--outline answer__add';
    button.textContent = this.words.add_row;
    button.addEventListener('click', () => addRow(block)?.querySelector('input, select, textarea')?.focus());
    rows.append(button);
  }

  changed(target, pause) {
    const block = target.closest?.('[data-answer]');
    if (block === null || block === undefined || target.type === 'file') return;
    const question = this.questions.get(block.dataset.answer);
    this.count(block);
    this.follow();
    question.pending = undefined;
    const value = readBoxes(block);
    if (same(value, question.kept) && question.sent === undefined) {
      this.store.drop(block.dataset.answer);
      return;
    }
    this.store.put(block.dataset.answer, { value, version: question.version, sent: question.sent });
    this.soon(pause);
  }

  count(block) {
    const most = block.dataset.mostWords;
    const place = block.querySelector('[id$="-count"]');
    const box = block.querySelector('textarea, input[type=text]');
    if (most === undefined || place === null || box === null) return;
    const words = countWords(box.value);
    place.textContent = fill(this.words.words, { words: String(words), most });
    place.classList.toggle('answer__over', words > Number(most));
  }

  /** Saves after a pause in typing, and in between when somebody types without one. */
  soon(pause) {
    clearTimeout(this.timer);
    this.firstChange ??= Date.now();
    const left = Math.max(0, Math.min(pause, this.firstChange + LONGEST_PAUSE - Date.now()));
    this.timer = setTimeout(() => void this.save(), left);
  }

  now() {
    clearTimeout(this.retryTimer);
    if (this.unsaved().length > 0) void this.save();
    else void this.look();
  }

  unsaved() {
    return [...this.questions].flatMap(([key, question]) => {
      if (question.held !== undefined) return [];
      const value = question.pending ?? readBoxes(question.block);
      if (question.sent === undefined && (same(value, question.kept) || same(value, question.refused))) return [];
      // What may have arrived is asked about first, as it was: only then is it known which version it became.
      return [{ key, value: question.sent === undefined ? value : question.sent.value, version: question.version }];
    });
  }

  async save() {
    if (this.isSaving) {
      this.again = true;
      return;
    }
    const answers = this.unsaved().slice(0, MOST_AT_ONCE);
    this.firstChange = undefined;
    if (answers.length === 0) return;
    this.isSaving = true;
    for (const { key, value } of answers) {
      const question = this.questions.get(key);
      question.sent = { value };
      const standing = question.pending ?? readBoxes(question.block);
      this.store.put(key, { value: standing, version: question.version, sent: question.sent });
    }
    if (this.state === '') this.show('saving', this.words.saving);
    try {
      const answer = await ask(this.data.save, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ answers, as: this.data.person }),
      });
      if (answer.ok) this.took(answers, await answer.json());
      else await this.refused(answers, answer);
    } catch {
      this.wait('offline', this.store.isKeeping ? this.words.offline : this.words.no_store);
    } finally {
      this.isSaving = false;
      this.goOn();
      if (this.again) {
        this.again = false;
        this.soon(PAUSE);
      }
    }
  }

  took(answers, result) {
    this.retry = 0;
    const sent = new Map(answers.map((each) => [each.key, each.value]));
    for (const { key, version } of result.saved) this.settle(key, sent.get(key), version);
    for (const { key, value, version, by } of result.newer) this.newer(key, value, version, by, result.savedTime);
    for (const conflict of result.conflicts) this.differ(conflict, sent.get(conflict.key));
    for (const { block } of this.questions.values()) this.mark(block, undefined);
    for (const { key, message } of result.problems) {
      const question = this.questions.get(key);
      if (question === undefined) continue;
      this.mark(question.block, message);
      if (result.saved.some((each) => each.key === key)) continue;
      // It was not kept, and will not be as it is: it stays here until it is changed.
      question.sent = undefined;
      question.refused = sent.get(key);
      if (question.block.dataset.answerKind === 'file') this.takeOut(key, question);
    }
    this.reveal(result.shown);
    const waits = [...this.questions.values()].some((each) => each.held !== undefined);
    if (!waits) this.say('saved', fill(this.words.saved, { time: result.savedTime }));
    if (this.unsaved().length > 0) this.soon(PAUSE);
  }

  /** A file that the question does not take leaves its list; those that were there before are chosen again. */
  takeOut(key, { block, kept }) {
    const stay = [kept ?? []].flat();
    for (const box of boxesOf(block)) {
      if (stay.includes(box.value)) box.checked = true;
      else box.closest('.choice').remove();
    }
    block.querySelector('[data-files]').hidden = boxesOf(block).length === 0;
    this.store.drop(key);
  }

  settle(key, value, version) {
    const question = this.questions.get(key);
    Object.assign(question, { kept: value, version, sent: undefined, refused: undefined });
    question.block.dataset.version = String(version);
    question.block.querySelector(`[name="versions.${key}"]`).value = String(version);
    if (question.pending !== undefined && same(question.pending, value)) {
      // A budget that came back stands in the boxes only on a new page.
      this.store.drop(key);
      location.reload();
      return;
    }
    const standing = readBoxes(question.block);
    if (same(standing, value)) this.store.drop(key);
    else this.store.put(key, { value: standing, version });
  }

  /** Somebody else changed what nobody touched here: it is shown, and said. */
  newer(key, value, version, by, time) {
    const question = this.questions.get(key);
    if (question === undefined) return;
    const isTouched = !same(readBoxes(question.block), question.kept);
    question.version = version;
    question.sent = undefined;
    if (!isTouched && writeBoxes(question.block, value)) {
      question.kept = readBoxes(question.block);
      this.store.drop(key);
      this.note(question.block, fill(this.words.newer, { name: by ?? '', time }));
    }
  }

  /** Both versions stand under the question until somebody chooses. Nothing more of it is sent before. */
  differ({ key, theirs, theirsBy, isOwn, version, refusedId }, mine) {
    const question = this.questions.get(key);
    question.held = { version };
    question.sent = undefined;
    const { block } = question;
    block.querySelector('.answer__difference')?.remove();
    const box = document.createElement('div');
    box.className = 'answer__difference note note--gold';
    box.setAttribute('role', 'group');
    const title = document.createElement('p');
    title.className = 'note__title';
    title.textContent = isOwn ? this.words.conflict_own : fill(this.words.conflict, { name: theirsBy ?? '' });
    const label = document.createElement('p');
    label.className = 'usa-hint';
    label.textContent = this.words.theirs;
    const text = document.createElement('p');
    text.className = 'difference__text';
    text.textContent = asText(theirs);
    const choices = document.createElement('div');
    choices.className = 'difference__choice';
    const button = (words, choose) => {
      const each = document.createElement('button');
      each.type = 'button';
      each.className = 'usa-button usa-button--outline';
      each.textContent = words;
      each.addEventListener('click', choose);
      return each;
    };
    const finish = () => {
      box.remove();
      question.held = undefined;
      question.version = version;
    };
    choices.append(
      button(this.words.keep_theirs, async () => {
        finish();
        this.store.drop(key);
        const isShown = writeBoxes(block, theirs);
        question.kept = readBoxes(block);
        this.count(block);
        await this.drop(refusedId, version);
        if (!isShown) return location.reload();
        this.show('saved', this.words.theirs);
      }),
      button(this.words.keep_mine, () => {
        finish();
        question.kept = undefined;
        this.soon(0);
      }),
    );
    box.append(title, label, text, choices);
    block.append(box);
    this.store.put(key, { value: mine, version: question.version });
    this.say('conflict', title.textContent);
  }

  /** What was kept as refused is not wanted any more: nobody is asked about it again. */
  async drop(refusedId, version) {
    try {
      await ask(`${this.data.settle}/${refusedId}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ choice: 'dropped', version }),
      });
    } catch {
      // It stays among what waits for a choice, which loses nothing.
    }
  }

  /** What a refusal says: signed out, another person, or that it can no longer be written. */
  async refused(answers, answer) {
    if (answer.status === 401) return this.wait('signed_out', this.words.signed_out, true);
    if (answer.status >= 500 || answer.status === 429) return this.wait('failed', this.words.failed);
    const problem = await answer.json().catch(() => ({}));
    if (problem.code === 'answer.other_person') return this.wait('other_person', this.words.other_person);
    // It stays typed, and on this device; sent again it would be refused again.
    for (const { key, value } of answers) Object.assign(this.questions.get(key), { sent: undefined, refused: value });
    this.say('refused', fill(this.words.refused, { label: problem.detail ?? String(answer.status) }));
  }

  wait(state, sentence, isSignedOut = false) {
    this.say(state, sentence);
    if (isSignedOut) this.linkToSignIn();
    this.retry = Math.min(LONGEST_RETRY, this.retry === 0 ? FIRST_RETRY : this.retry * 2);
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => void this.save(), this.retry * (0.75 + Math.random() / 2));
  }

  linkToSignIn() {
    if (this.status.querySelector('a') !== null) return;
    const link = document.createElement('a');
    link.href = this.data.signIn;
    link.target = '_blank';
    link.rel = 'noopener';
    link.textContent = this.words.sign_in;
    this.status.append(' ', link);
  }

  /** What others wrote since, while nothing waits here. */
  async look() {
    if (this.isSaving || document.hidden) return;
    try {
      const answer = await ask(this.data.standing, { headers: { accept: 'application/json' } });
      if (!answer.ok) return;
      const { answers, shown } = await answer.json();
      for (const { key, value, version, by, at } of answers) {
        const question = this.questions.get(key);
        if (question === undefined || question.held !== undefined || version <= question.version) continue;
        if (!same(readBoxes(question.block), question.kept)) continue;
        this.newer(key, value, version, by, at === null ? '' : new Date(at).toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' }));
        question.block.dataset.version = String(version);
        question.block.querySelector(`[name="versions.${key}"]`).value = String(version);
      }
      this.reveal(shown);
    } catch {
      // The next change says whether there is a connection.
    }
  }

  /** What hangs on an answer is shown and hidden as soon as it is given here, whether or not it can be saved. */
  follow() {
    if (this.data.follow === undefined) return;
    const { questions, kept, sections } = this.data.follow;
    const given = [...this.questions].map(([key, { block }]) => [key, standingIn(block)]);
    const shown = visibleKeys(questions, { ...kept, ...Object.fromEntries(given) });
    const hanging = new Set(questions.map(({ key }) => key));
    this.showOnly([...this.questions.keys()].filter((key) => !hanging.has(key) || shown.has(key)));
    const isShown = (section) => section.questions === undefined || section.questions.some((key) => shown.has(key));
    for (const section of sections) {
      const line = document.querySelector(`[data-section-line="${section.key}"]`);
      if (line !== null) line.hidden = !isShown(section);
    }
    const link = document.querySelector('[data-following]');
    const here = sections.findIndex(({ key }) => key === this.data.section);
    const next = sections.slice(here + 1).find(isShown);
    if (link === null) return;
    link.hidden = next === undefined;
    if (next === undefined) return;
    link.href = this.data.sections + next.key;
    link.textContent = fill(this.words.next, { title: next.title });
  }

  /** What the server says is shown; with something unsaved here the page knows better. */
  reveal(shown) {
    if (this.data.follow !== undefined && this.unsaved().length > 0) this.follow();
    else this.showOnly(shown);
  }

  showOnly(shown) {
    const keys = new Set(shown);
    let appeared = 0;
    for (const [key, { block }] of this.questions) {
      const isHidden = !keys.has(key);
      if (block.hidden && !isHidden) appeared += 1;
      block.hidden = isHidden;
    }
    if (appeared > 0) this.speak(this.words.more);
  }

  mark(block, message) {
    const place = block.querySelector('[data-state]');
    place.textContent = message ?? '';
    place.classList.toggle('answer__wrong', message !== undefined);
  }

  note(block, sentence) {
    block.querySelector('[data-state]').textContent = sentence;
    this.speak(sentence);
  }

  show(state, sentence) {
    this.state = state;
    this.status.textContent = sentence;
    this.status.dataset.state = state;
  }

  /** Shown at once; read aloud when it is another state than before, not at every save. */
  say(state, sentence) {
    const isNews = state !== this.state && !(state === 'saved' && this.state === 'saving' && this.hasSpoken === true);
    this.show(state, sentence);
    if (isNews) this.speak(sentence);
  }

  speak(sentence) {
    this.hasSpoken = true;
    this.spoken.textContent = sentence;
  }

  /** The page goes away: what is left is sent without waiting for an answer. It is kept here all the same. */
  flush() {
    const answers = this.unsaved();
    if (answers.length === 0 || this.isHanded) return;
    const body = JSON.stringify({ answers, as: this.data.person });
    if (body.length > 60_000) return;
    for (const { key, value } of answers) {
      const question = this.questions.get(key);
      question.sent = { value };
      this.store.put(key, { value: question.pending ?? readBoxes(question.block), version: question.version, sent: question.sent });
    }
    void fetch(this.data.save, {
      ...{ method: 'POST', keepalive: true, credentials: 'same-origin', body },
      headers: { 'content-type': 'application/json' },
    }).catch(() => undefined);
  }

  /** The button sends the whole form, as soon as it is known what became of what is on its way. */
  handOver(event) {
    const isOnWay = this.isSaving || [...this.questions.values()].some(({ sent }) => sent !== undefined);
    if (isOnWay && this.waitingButton === undefined) {
      event.preventDefault();
      this.waitingButton = event.submitter ?? null;
      if (!this.isSaving) void this.save();
      return;
    }
    this.isHanded = true;
    clearTimeout(this.timer);
    clearTimeout(this.retryTimer);
  }

  /** A save came to its end: the button that was pressed meanwhile goes on, save where nothing can be sent. */
  goOn() {
    const button = this.waitingButton;
    if (button === undefined) return;
    const isOnWay = [...this.questions.values()].some(({ sent }) => sent !== undefined);
    if (!isOnWay) this.form.requestSubmit(button);
    this.waitingButton = undefined;
  }

  dressFiles(block) {
    const picker = block.querySelector('input[type=file]');
    picker.addEventListener('change', () => {
      for (const file of picker.files) void this.upload(block, picker, file);
    });
    this.tellLost(block);
  }

  /** A file that was on its way when the page was closed is gone from the box: it is said which one, until it is here. */
  tellLost(block) {
    const key = `file.${block.dataset.answer}`;
    const name = this.store.get(key)?.name;
    if (typeof name !== 'string') return;
    // The server may have given it another ending.
    const bare = (text) => text.replace(/\.\w+$/, '').trim();
    const isHere = all(block, '[data-files-list] label').some((label) => bare(label.textContent) === bare(name));
    if (isHere) return this.store.drop(key);
    const sentence = fill(this.words.lost_file, { name });
    this.mark(block, sentence);
    this.speak(sentence);
  }

  /** Sends a file as soon as it is chosen, and again until it arrives; its answer follows. */
  async upload(block, picker, file) {
    const { answer: key } = block.dataset;
    const form = new FormData();
    form.append('file', file, file.name);
    this.store.put(`file.${key}`, { name: file.name });
    const once = crypto.randomUUID?.() ?? `${Date.now()}-${file.size}-${file.name.length}`;
    for (let wait = FIRST_RETRY; ; wait = Math.min(LONGEST_RETRY, wait * 2)) {
      try {
        const { status, body } = await send(this.data.files, form, once, (percent) =>
          this.mark(block, fill(this.words.sending, { name: file.name, percent: String(percent) })),
        );
        if (status >= 200 && status < 300) {
          picker.value = '';
          this.store.drop(`file.${key}`);
          this.addFile(block, key, body);
          this.note(block, fill(this.words.sent_file, { name: file.name }));
          this.soon(0);
          return;
        }
        if (status !== 401 && status < 500 && status !== 429) {
          picker.value = '';
          this.store.drop(`file.${key}`);
          this.mark(block, body.detail ?? '');
          this.speak(body.detail ?? '');
          return;
        }
        if (status === 401) {
          this.say('signed_out', this.words.signed_out);
          this.linkToSignIn();
        }
      } catch {
        // No connection: it is tried again.
      }
      this.mark(block, fill(this.words.waiting_file, { name: file.name }));
      await new Promise((done) => setTimeout(done, wait));
    }
  }

  addFile(block, key, { id, fileName, url }) {
    const list = block.querySelector('[data-files-list]');
    const most = Number(block.querySelector('[data-file-box]').dataset.most);
    const line = document.createElement('div');
    line.className = 'choice';
    const box = Object.assign(document.createElement('input'), { type: 'checkbox', name: `answers.${key}`, value: id, checked: true });
    box.id = `f-answers-${key}-${id}`;
    const words = document.createElement('span');
    const label = Object.assign(document.createElement('label'), { htmlFor: box.id, textContent: fileName });
    const link = Object.assign(document.createElement('a'), { href: url, textContent: '↓' });
    link.setAttribute('aria-label', fileName);
    words.append(label, ' ', link);
    line.append(box, words);
    // One file where one is asked for: the new one takes its place.
    const boxes = all(list, 'input').filter((each) => each.checked);
    for (const each of boxes.slice(0, Math.max(0, boxes.length + 1 - most))) each.checked = false;
    list.append(line);
    block.querySelector('[data-files]').hidden = false;
  }
}

function send(url, form, once, progress) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.setRequestHeader('idempotency-key', once);
    request.responseType = 'json';
    request.upload.addEventListener('progress', ({ loaded, total }) => progress(Math.floor((loaded / total) * 100)));
    request.addEventListener('load', () => done({ status: request.status, body: request.response ?? {} }));
    for (const each of ['error', 'abort', 'timeout']) request.addEventListener(each, failed);
    request.send(form);
  });
}

/** Another version of an answer in plain words. */
function asText(value) {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? '✓' : '✗';
  if (Array.isArray(value)) return value.map(asText).join('\n');
  return typeof value === 'object' ? Object.values(value).join(', ') : String(value);
}

for (const form of typeof document === 'undefined' ? [] : all(document, 'form[data-answering]')) new Section(form).start();
