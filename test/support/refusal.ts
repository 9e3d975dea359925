/** What a use case was refused with; the test fails when it was not, or with anything but an AppError. */
import { expect } from '@jest/globals';
import { AppError } from '../../src/kernel/errors.js';

export async function refusal(run: Promise<unknown>): Promise<AppError> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}
