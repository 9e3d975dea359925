/** inTurns: does the same for each of many, a few at a time, and gives back nothing; the first failure ends it. */
const AT_ONCE = 6;

export async function inTurns<T>(list: readonly T[], run: (each: T) => Promise<unknown>): Promise<void> {
  const waiting = [...list];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
