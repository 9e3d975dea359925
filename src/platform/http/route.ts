/**
 * What a handler says about itself: who may call it, and which page shows the form again when it is refused. A handler
 * that says neither `Permit` nor `Public` does not answer.
 */
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiCookieAuth, ApiSecurity } from './api-description.js';

export const PERMISSION = 'granary.permission';
export const PUBLIC = 'granary.public';
export const RESUBMIT = 'granary.resubmit';
export const FRESH = 'granary.fresh';

/** Only somebody with a role that has a cell for this permission gets in; the service looks at the thing itself. */
export function Permit(permission: string): MethodDecorator {
  return applyDecorators(SetMetadata(PERMISSION, permission), ApiCookieAuth('session')) as MethodDecorator;
}

/** Everybody, signed in or not. */
export function Public(): MethodDecorator {
  return applyDecorators(SetMetadata(PUBLIC, true), ApiSecurity({})) as MethodDecorator;
}

/**
 * Only for somebody who proved a short while ago that it is them: by passphrase, code or mailed code. Otherwise they are
 * asked to, and then what they sent goes on as it was. With `code` a second step is asked for where one is set up.
 */
export function Fresh(proof: FreshProof = 'any'): MethodDecorator {
  return SetMetadata(FRESH, proof);
}

export type FreshProof = 'any' | 'code';

/** The method of the same controller that shows the page again when this one is refused. */
export function Resubmit(method: string): MethodDecorator {
  return SetMetadata(RESUBMIT, method);
}
