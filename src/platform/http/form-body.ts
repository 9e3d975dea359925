/** parseForm: the fields of a form as one object, read with limits; what stands beside them apart: token, idempotency key, proof. */
import qs from 'qs';
import { FROM_FORM } from '../input/input.pipe.js';

export const KEY_PATTERN = /^[A-Za-z0-9_-]{8,100}$/;

export interface FormBody {
  readonly fields: Record<string, unknown>;
  readonly token?: string;
  readonly key?: string;
  /** What proves that it is the person who is signed in; never part of the fields, which may be stored or shown. */
  readonly proof?: string;
  readonly wantsCode: boolean;
}

const MOST_PROOF = 500;

/** As a browser writes it; what is no UTF-8 throws, where the library would keep its percent signs. */
const decoder = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

/** Throws when there are more fields, or deeper ones, than any form of ours has, or when something in it is no text. */
export function parseForm(text: string): FormBody {
  const form = qs.parse(text, {
    allowDots: true,
    depth: 5,
    arrayLimit: 500,
    parameterLimit: 5000,
    throwOnLimitExceeded: true,
    decoder,
  });
  const { _csrf: token, _key: key, _proof: proof, _again: again, ...fields } = form;
  return {
    fields: Object.defineProperty(fields, FROM_FORM, { value: true, enumerable: false }),
    token: typeof token === 'string' ? token : undefined,
    key: typeof key === 'string' && KEY_PATTERN.test(key) ? key : undefined,
    proof: typeof proof === 'string' ? proof.slice(0, MOST_PROOF) : undefined,
    wantsCode: again === 'yes',
  };
}
