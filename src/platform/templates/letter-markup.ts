/** The markup of a letter: its template filled strictly, every value escaped, so that data can never bring a tag. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { projectRoot } from '../config/root.js';

const compiled = new Map<string, Handlebars.TemplateDelegate>();

/** `templates/<name>.hbs`, filled; such as `letters/award-letter`. A value the template names and the view lacks is an error. */
export function letterMarkup(name: string, view: object): string {
  const path = join(projectRoot(), 'templates', `${name}.hbs`);
  let template = compiled.get(path);
  if (template === undefined) {
    template = Handlebars.create().compile(readFileSync(path, 'utf8'), { strict: true });
    compiled.set(path, template);
  }
  return template(view);
}
