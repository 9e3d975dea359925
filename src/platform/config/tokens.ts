/** Tokens for what is injected by name rather than by class. */
export const CONFIG = Symbol('granary.config');
export const LOGGER = Symbol('granary.logger');
export const FEATURES = Symbol('granary.features');
