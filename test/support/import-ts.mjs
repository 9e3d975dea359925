/** Loads a module of ours by a real `import`, which jest's own loading of its global setup turns into `require`. */
import './register-ts.mjs';

export function importTypeScript(url) {
  return import(url);
}
