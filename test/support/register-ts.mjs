/** `node --import ./test/support/register-ts.mjs program.ts` runs a TypeScript program of ours. */
import { register } from 'node:module';

register('./ts-loader.mjs', import.meta.url);
