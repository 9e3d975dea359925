/** sql: the one tag that reads are written with; every value becomes a parameter, fragments nest. */
import type { SqlCondition } from '../../kernel/policy.js';

export class Sql {
  constructor(
    readonly strings: readonly string[],
    readonly values: readonly unknown[],
  ) {}

  /** The text with `$1`, `$2` and the values in order, fragments flattened. */
  compile(): { text: string; values: unknown[] } {
    const values: unknown[] = [];
    const write = (part: Sql): string =>
      part.strings.reduce((text, chunk, index) => {
        if (index === 0) return chunk;
        const value = part.values[index - 1];
        if (value instanceof Sql) return text + write(value) + chunk;
        values.push(value);
        return `${text}$${values.length}${chunk}`;
      }, '');
    return { text: write(this), values };
  }
}

export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): Sql {
  return new Sql([...strings], values);
}

/** Text that is part of the query itself: names of ours, never anything that was sent. */
export function rawSql(text: string): Sql {
  return new Sql([text], []);
}

export function joinSql(parts: readonly Sql[], separator: string): Sql {
  if (parts.length === 0) return rawSql('');
  const between = parts.slice(1).map(() => separator);
  return new Sql(['', ...between, ''], parts);
}

/** A condition of the policy (with `?` for values) as a fragment. */
export function conditionSql(condition: SqlCondition): Sql {
  return new Sql(condition.text.split('?'), condition.values);
}
