/**
 * A proposed budget while it is written: lines are added and taken out, and the totals follow every change. Without
 * this script the same totals come from the server with each save. `reckon` is the twin of `readBudget`
 * (src/features/applications/proposed-budget.rules.ts); a test holds the two against each other.
 */

const TYPED = /^([-\u2212])?\s*\$?\s*([1-9]\d{0,2}(?:,\d{3})+|\d+)?(?:\.(\d{1,2}))?$/u;
const MAX_CENTS = 10n ** 15n;
const PARTNER = 'partner_';
const MOST_CATEGORY = 80;
const MOST_DESCRIPTION = 300;
const MINUS = '\u2212';

/** Whole cents of what was typed; undefined where nobody can read it. */
export function readCents(text) {
  const trimmed = text.trim();
  const parts = trimmed.length > 40 ? null : TYPED.exec(trimmed);
  if (parts === null || (parts[2] === undefined && parts[3] === undefined)) return undefined;
  const cents = BigInt((parts[2] ?? '0').replaceAll(',', '')) * 100n + BigInt((parts[3] ?? '').padEnd(2, '0'));
  if (cents > MAX_CENTS) return undefined;
  return parts[1] === undefined ? cents : -cents;
}

/** `$1,250`, `$1,250.50`. */
export function dollars(cents) {
  const amount = cents < 0n ? -cents : cents;
  const whole = (amount / 100n).toString().replace(/\B(?=(?:\d{3})+$)/gu, ',');
  const rest = amount % 100n;
  return `${cents < 0n ? MINUS : ''}$${whole}${rest === 0n ? '' : `.${rest.toString().padStart(2, '0')}`}`;
}

const centsOf = (money) => BigInt(money.amount.replace('.', ''));
const sum = (amounts) => amounts.reduce((all, each) => all + each, 0n);

export function percentText(points) {
  const rest = points % 100;
  const fraction = rest === 0 ? '' : `.${String(rest).padStart(2, '0').replace(/0$/, '')}`;
  return `${Math.floor(points / 100)}${fraction}%`;
}

function readRate(text) {
  const found = /^(\d{1,3})(?:\.(\d{1,2}))?\s*%?$/.exec(text.trim());
  if (found === null) return undefined;
  const rate = Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0'));
  return rate > 10_000 ? undefined : rate;
}

const isIndirect = (row) => row.row === 'indirect';

function treatmentOf(typed, { categories, arePrescribed }) {
  const name = typed.trim();
  const known = categories.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (known !== undefined) return known;
  return name === '' || arePrescribed || name.length > MOST_CATEGORY ? undefined : { name, treatment: 'left_out' };
}

function readLine(row, terms) {
  const found = new Map();
  for (const [field, text] of Object.entries(row)) {
    const cents = field === 'amount' || field === 'match' || field.startsWith(PARTNER) ? readCents(text) : undefined;
    if (cents !== undefined && cents > 0n) found.set(field, cents);
  }
  const parts = terms.partners.map(({ id }) => ({ id, cents: found.get(PARTNER + id) ?? 0n }));
  const own = found.get('amount') ?? 0n;
  const match = found.get('match') ?? 0n;
  const amount = own + sum(parts.map((part) => part.cents));
  const treatment = treatmentOf(row.category ?? '', terms);
  const isLong = (row.description ?? '').trim().length > MOST_DESCRIPTION;
  return treatment === undefined || isLong || (amount === 0n && match === 0n)
    ? []
    : [{ treatment: treatment.treatment, category: treatment.name, own, match, amount, parts }];
}

const partOf = (line, id) => (id === null ? line.own : (line.parts.find((part) => part.id === id)?.cents ?? 0n));

const BASES = ['mtdc', 'total_direct', 'salaries', 'salaries_fringe'];
const EXCLUDED = ['equipment', 'participant_support', 'left_out'];

function isInBase(treatment, base) {
  if (base === 'total_direct') return true;
  if (base === 'mtdc') return !EXCLUDED.includes(treatment);
  return treatment === 'salaries' || (base === 'salaries_fringe' && treatment === 'fringe');
}

function kindsOffered({ capBasisPoints, cappedBy, deMinimisBasisPoints }) {
  if (capBasisPoints === 0) return ['none'];
  if (cappedBy !== null) return ['none', 'fixed', 'negotiated'];
  return deMinimisBasisPoints === null ? ['none', 'negotiated'] : ['none', 'de_minimis', 'negotiated'];
}

/** The kind, the rate as chosen (null when it cannot be used) and the rate as used. */
function rateOf(row, terms) {
  const kind = (row.kind ?? '').trim() || 'none';
  if (kind === 'none' || !kindsOffered(terms).includes(kind)) return { kind: 'none', base: 'mtdc', chosen: 0, rate: 0 };
  const said = kind === 'fixed' ? terms.fixedBase : kind === 'negotiated' ? (row.base ?? '').trim() : 'mtdc';
  const base = BASES.includes(said) ? said : 'mtdc';
  const most =
    kind === 'negotiated' ? (terms.negotiatedMost ?? null) : ((kind === 'fixed' ? terms.capBasisPoints : terms.deMinimisBasisPoints) ?? 0);
  const typed = (row.rate ?? '').trim();
  const open = kind === 'negotiated' ? null : most;
  const read = typed === '' ? open : readRate(typed);
  const chosen = read === undefined || read === null || (most !== null && read > most) ? null : read;
  return { kind, base, chosen, rate: Math.min(chosen ?? 0, terms.capBasisPoints ?? 10_000) };
}

/** Half a cent rounds up; amounts here are never below zero. */
const share = (cents, points) => (cents * BigInt(points) * 2n + 10_000n) / 20_000n;

const sumOf = (lines, id, only) => sum(lines.filter(only).map((line) => partOf(line, id)));

function exclusions(lines, amountOf) {
  return EXCLUDED.flatMap((treatment) => {
    const found = lines.filter((line) => line.treatment === treatment && amountOf(line) > 0n);
    if (found.length === 0) return [];
    const less = dollars(sum(found.map(amountOf)));
    const categories = [...new Set(found.map((line) => line.category))].join(', ');
    return [{ key: treatment, params: treatment === 'left_out' ? { less, categories } : { less } }];
  });
}

function pay(lines, id, base) {
  const part = (treatment) => ({
    key: treatment,
    params: { part: dollars(sumOf(lines, id, (line) => line.treatment === treatment)) },
  });
  return base === 'salaries' ? [part('salaries')] : [part('salaries'), part('fringe')];
}

const isPay = (base) => base === 'salaries' || base === 'salaries_fringe';

/** The costs of a partner are those of its own column. */
const ownCosts = (lines, { id, name }) => ({
  id,
  base: (base) => sumOf(lines, id, (line) => isInBase(line.treatment, base)),
  steps: (base) => {
    if (isPay(base)) return pay(lines, id, base);
    const direct = dollars(sumOf(lines, id, () => true));
    const first = { key: 'partner_direct', params: { partner: name, direct } };
    return base === 'total_direct' ? [first] : [first, ...exclusions(lines, (line) => partOf(line, id))];
  },
});

/** What its partners get is a cost of the lead, with their indirect costs. */
function leadCosts(lines, { partners, indirect }, rates) {
  const first = indirect.subawardFirst === null ? null : centsOf(indirect.subawardFirst);
  const indirectOf = (id) => rates.find((rate) => rate.id === id)?.amount ?? 0n;
  const countedOf = (id) => sumOf(lines, id, (line) => isInBase(line.treatment, 'mtdc')) + indirectOf(id);
  const inBase = (partner, base) => {
    const id = partner?.id ?? null;
    if (base === 'mtdc') {
      const counted = countedOf(id);
      return partner?.isSubaward === true && first !== null && counted > first ? first : counted;
    }
    if (base === 'total_direct') return sumOf(lines, id, () => true) + indirectOf(id);
    return partner === null ? sumOf(lines, null, (line) => isInBase(line.treatment, base)) : 0n;
  };
  const byPartner = (base) =>
    [null, ...partners].map((partner) => ({
      id: partner?.id ?? null,
      direct: sumOf(lines, partner?.id ?? null, () => true),
      inBase: inBase(partner, base),
    }));
  return {
    id: null,
    byPartner,
    base: (base) => sum(byPartner(base).map((column) => column.inBase)),
    steps: (base) => {
      if (isPay(base)) return pay(lines, null, base);
      const all = [{ key: 'direct', params: { direct: dollars(sum(lines.map((line) => line.amount))) } }];
      for (const { id, name } of partners) {
        const more = indirectOf(id);
        if (more > 0n) all.push({ key: 'partner_indirect', params: { more: dollars(more), partner: name } });
      }
      if (base === 'total_direct') return all;
      all.push(...exclusions(lines, (line) => line.amount));
      for (const partner of partners) {
        const counted = countedOf(partner.id);
        const less = counted - inBase(partner, base);
        const params = { less: dollars(less), partner: partner.name, first: dollars(first ?? 0n), counted: dollars(counted) };
        if (less > 0n) all.push({ key: 'subaward', params });
      }
      return all;
    },
  };
}

function reckonRate(rows, costs, terms) {
  const row = rows.find((each) => isIndirect(each) && ((each.of ?? '').trim() || null) === costs.id) ?? {};
  const { kind, base: baseKind, chosen, rate } = rateOf(row, terms);
  const base = costs.base(baseKind);
  const amount = share(base, rate);
  const steps = [];
  if (kind !== 'none' && chosen !== null) {
    const key = baseKind === 'mtdc' ? 'base' : `base_${baseKind}`;
    steps.push(...costs.steps(baseKind), { key, params: { base: dollars(base) } });
    if (rate < chosen) {
      const params = { source: terms.cappedBy ?? '', chosen: percentText(chosen), rate: percentText(rate) };
      steps.push({ key: 'capped', params });
    }
    steps.push({ key: 'indirect', params: { base: dollars(base), rate: percentText(rate), indirect: dollars(amount) } });
  }
  return { id: costs.id, kind, baseKind, base, rate, amount, steps };
}

/** The figures of a budget in cents, and the sentences of its arithmetic. */
export function reckon(rows, terms) {
  const lines = rows.flatMap((row) => (isIndirect(row) ? [] : readLine(row, terms)));
  const carrying = terms.partners.filter((partner) => partner.isSubaward);
  const ofPartners = carrying.map((partner) => reckonRate(rows, ownCosts(lines, partner), terms.indirect));
  const costs = leadCosts(lines, terms, ofPartners);
  const lead = reckonRate(rows, costs, terms.indirect);
  const rates = [lead, ...ofPartners];
  const direct = sum(lines.map((line) => line.amount));
  const indirectCosts = sum(rates.map((rate) => rate.amount));
  return {
    ...{ direct, rates, indirectCosts, base: lead.base, steps: lead.steps },
    match: sum(lines.map((line) => line.match)),
    total: direct + indirectCosts,
    indirect: { kind: lead.kind, rate: lead.rate, amount: lead.amount },
    byPartner: costs.byPartner(lead.baseKind),
  };
}

const fill = (pattern, params) => pattern.replace(/\{(\w+)\}/g, (hole, name) => params[name] ?? hole);
const all = (root, selector) => [...root.querySelectorAll(selector)];

/** The rows of a block as they stand in its boxes: what is sent, and what is kept as its answer. */
export function rowsIn(block) {
  const rows = new Map();
  for (const box of all(block, 'input[name], select[name], textarea[name]')) {
    const found = /^(.*\[\d+\])\.(\w[\w-]*)$/.exec(box.name);
    if (found === null || (box.type === 'radio' && !box.checked) || box.type === 'file') continue;
    const row = rows.get(found[1]) ?? {};
    if (box.value !== '') row[found[2]] = box.value;
    rows.set(found[1], row);
  }
  const isSaid = (row) => (row.row === 'indirect' ? (row.kind ?? 'none') !== 'none' : Object.keys(row).length > 0);
  return [...rows.values()].filter(isSaid);
}

/** Shows the totals of what stands in the boxes. */
function show(block, { terms, words }) {
  const budget = reckon(rowsIn(block), terms);
  const put = (key, text) => {
    for (const place of all(block, `[data-budget-total="${key}"]`)) place.textContent = text;
  };
  for (const { id, direct } of budget.byPartner) put(`column:${id ?? ''}`, dollars(direct));
  for (const key of ['direct', 'match', 'total']) put(key, dollars(budget[key]));
  put('indirect', dollars(budget.indirectCosts));
  const isOneRate = budget.rates.every(({ id, kind }) => id === null || kind === 'none');
  const note = block.querySelector('[data-budget-note="indirect"]');
  if (note !== null) {
    note.textContent = budget.indirect.kind === 'none' || !isOneRate ? '' : percentText(budget.indirect.rate);
  }
  for (const { id, kind, steps } of budget.rates) {
    const place = block.querySelector(`[data-budget-steps="${id ?? ''}"]`);
    if (place !== null) {
      place.hidden = steps.length === 0;
      place.querySelector('ol').replaceChildren(
        ...steps.map(({ key, params }) => {
          const item = document.createElement('li');
          item.textContent = fill(words.steps[key], params);
          return item;
        }),
      );
    }
    const choice = block.querySelector(`[data-budget-of="${id ?? ''}"]`);
    if (choice === null) continue;
    for (const box of all(choice, '[data-budget-rate]')) box.hidden = kind === 'none';
    for (const box of all(choice, '[data-budget-evidence]')) box.hidden = kind !== 'negotiated';
  }
  showCeiling(block, budget.total, terms.ceiling, words);
  return budget;
}

function showCeiling(block, total, most, words) {
  const place = block.querySelector('[data-budget-ceiling]');
  if (most === null || place === null) return;
  const ceiling = centsOf(most);
  const isOver = total > ceiling;
  const amount = dollars(isOver ? total - ceiling : ceiling - total);
  place.querySelector('[data-budget-left]').textContent = fill(isOver ? words.over : words.left, { amount });
  place.classList.toggle('budget__left--over', isOver);
  const part = isOver || ceiling === 0n ? 100 : Number((total * 10_000n) / ceiling) / 100;
  block.querySelector('[data-budget-bar]').setAttribute('width', `${part}%`);
}

function renumber(block, words) {
  all(block, '[data-budget-lines] > [data-budget-line]').forEach((line, index) => {
    for (const place of all(line, '[data-budget-number]')) {
      place.textContent = fill(words.line, { number: String(index + 1) });
    }
  });
}

/** The first number that no line has yet; names stay as they are, so that what was sent is found again. */
function freeIndex(block, name) {
  const taken = all(block, '[data-budget-lines] [name]').map((box) => Number(box.name.slice(name.length + 1).split(']')[0]));
  return Math.max(-1, ...taken) + 1;
}

function addLine(block, { name, most }) {
  const lines = block.querySelector('[data-budget-lines]');
  const index = freeIndex(block, name);
  if (lines.children.length >= most || index >= most + 100) return undefined;
  const line = block.querySelector('[data-budget-blank]').content.firstElementChild.cloneNode(true);
  for (const place of [line, ...all(line, '*')]) {
    for (const { name: attribute, value } of [...place.attributes]) {
      if (value.includes('9999')) place.setAttribute(attribute, value.replaceAll('9999', String(index)));
    }
  }
  lines.append(line);
  line.querySelector('[data-budget-remove]').hidden = false;
  return line;
}

/** Makes one block live. Everything that is changed by buttons is told as a change of the form, so that it is saved. */
export function enliven(block) {
  const data = JSON.parse(block.dataset.budget);
  let speaking;
  const update = () => {
    const { total } = show(block, data);
    clearTimeout(speaking);
    speaking = setTimeout(() => {
      block.querySelector('[data-budget-spoken]').textContent = fill(data.words.spoken, { amount: dollars(total) });
    }, 1000);
  };
  const changed = (place) => place.dispatchEvent(new Event('change', { bubbles: true }));
  block.addEventListener('input', update);
  block.addEventListener('change', update);
  const add = block.querySelector('[data-budget-add]');
  add.hidden = false;
  add.addEventListener('click', () => {
    const line = addLine(block, data);
    if (line === undefined) return;
    renumber(block, data.words);
    line.querySelector('input, select').focus();
  });
  for (const place of all(block, '[data-budget-remove]')) place.hidden = false;
  // Spare lines are for those without the script; one is enough here.
  const spare = all(block, '[data-budget-lines] > [data-budget-line]').filter((line) =>
    all(line, '[name]').every((box) => box.value === ''),
  );
  for (const line of spare.slice(1)) line.remove();
  for (const place of all(block, '[data-budget-plain]')) place.hidden = true;
  block.addEventListener('click', (event) => {
    const button = event.target.closest('[data-budget-remove]');
    if (button === null) return;
    const line = button.closest('[data-budget-line]');
    const next = line.nextElementSibling ?? line.previousElementSibling;
    line.remove();
    renumber(block, data.words);
    (next?.querySelector('input, select') ?? add).focus();
    changed(block);
  });
  show(block, data);
}

if (typeof document !== 'undefined') for (const block of all(document, '[data-budget]')) enliven(block);
