/** Show-when on the page: the twin of src/features/forms/form.conditions.ts (a test holds them together), and its wiring. */

const DECIMAL = /^(-)?(\d{1,15})(?:\.(\d{1,6}))?$/;

function scaled(text) {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const size = BigInt(match[2] + (match[3] ?? '').padEnd(6, '0'));
  return match[1] === undefined ? size : -size;
}

function order(kind, left, right) {
  const [a, b] = kind === 'date' ? [left, right] : [scaled(left), scaled(right)];
  if (a === undefined || b === undefined) return undefined;
  return a < b ? -1 : a > b ? 1 : 0;
}

function isAnswered(value) {
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return true;
  if (typeof value === 'string') return value.trim() !== '';
  if (Array.isArray(value)) return value.length > 0;
  return Object.values(value).some((each) => each.trim() !== '');
}

function isEqual(kind, value, wanted) {
  if (typeof value === 'boolean') return value === (wanted === 'yes');
  if (typeof value !== 'string') return false;
  return kind === 'number' || kind === 'money' ? order(kind, value, wanted) === 0 : value === wanted;
}

function passes({ is, value: wanted = '' }, kind, value) {
  if (is === 'answered') return isAnswered(value);
  if (is === 'not_answered') return !isAnswered(value);
  if (is === 'equal') return isAnswered(value) && isEqual(kind, value, wanted);
  if (is === 'not_equal') return isAnswered(value) && !isEqual(kind, value, wanted);
  if (is === 'includes') return Array.isArray(value) && value.includes(wanted);
  if (typeof value !== 'string') return false;
  const beyond = order(kind, value, wanted);
  return beyond !== undefined && (is === 'above' ? beyond > 0 : beyond < 0);
}

/**
 * The keys of the questions that are shown. A question is {key, kind, showWhen?, section?: {showWhen?}}; an answer of a
 * hidden one counts as not given.
 */
export function visibleKeys(questions, answers) {
  const places = new Map(questions.map((question) => [question.key, question]));
  const known = new Map();
  const answerOf = (key) => (Object.hasOwn(answers, key) && shows(key) ? answers[key] : undefined);
  const holds = (condition) => {
    if (condition === undefined) return true;
    const test = (each) => passes(each, places.get(each.question)?.kind, answerOf(each.question));
    return condition.all ? condition.all.every(test) : condition.any.some(test);
  };
  const shows = (key) => {
    const question = places.get(key);
    if (question === undefined) return false;
    if (known.has(key)) return known.get(key);
    known.set(key, false);
    known.set(key, holds(question.section?.showWhen) && holds(question.showWhen));
    return known.get(key);
  };
  return new Set(questions.filter(({ key }) => shows(key)).map(({ key }) => key));
}

const figure = (text) => {
  const plain = text.replace(/[$,\s]/g, '').replace('\u2212', '-');
  return DECIMAL.test(plain) ? plain : text;
};

function date(text) {
  const [, month, day, year] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text) ?? [];
  return year === undefined ? text : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** What stands in the boxes of one question now, as it would be kept. */
export function answerIn(element) {
  const { kind } = element.dataset;
  const boxes = [...element.querySelectorAll('input, select, textarea')].filter((box) => box.type !== 'hidden');
  const checked = boxes.filter((box) => box.checked).map((box) => box.value);
  if (kind === 'yes_no') return checked.length === 0 ? undefined : checked[0] === 'yes';
  if (kind === 'many' || kind === 'schools') return checked;
  if (kind === 'choice') return checked[0] ?? boxes.find((box) => box.tagName === 'SELECT')?.value;
  const texts = boxes.map((box) => box.value.trim());
  if (['table', 'districts', 'address', 'file', 'budget'].includes(kind)) return texts.filter((text) => text !== '');
  const text = texts[0] ?? '';
  if (kind === 'number' || kind === 'money') return figure(text);
  return kind === 'date' ? date(text) : text;
}

const condition = (element) => (element?.dataset.showWhen ? JSON.parse(element.dataset.showWhen) : undefined);

/**
 * Shows and hides what hangs on answers while they are given. `elsewhere` are questions of other pages, and `kept` what
 * was answered there.
 */
export function follow(root, { elsewhere = [], kept = {}, changed = () => {} } = {}) {
  const elements = [...root.querySelectorAll('[data-question]')];
  const sections = [...root.querySelectorAll('[data-section]')];
  const questions = elements.map((element) => ({
    key: element.dataset.question,
    kind: element.dataset.kind,
    showWhen: condition(element),
    section: { showWhen: condition(element.closest('[data-section]')) },
  }));
  const update = () => {
    const given = Object.fromEntries(elements.map((element) => [element.dataset.question, answerIn(element)]));
    const shown = visibleKeys([...elsewhere, ...questions], { ...kept, ...given });
    for (const element of elements) element.hidden = !shown.has(element.dataset.question);
    for (const section of sections) {
      const own = [...section.querySelectorAll('[data-question]')];
      section.hidden = own.length > 0 && own.every((element) => element.hidden);
    }
    changed(sections);
  };
  root.addEventListener('input', update);
  root.addEventListener('change', update);
  update();
}
