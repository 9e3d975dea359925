/** InputPipe: reads every body and query by the class the handler declares. */
import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { AppError, invalid, notFound } from '../../kernel/errors.js';
import { isId } from '../../kernel/ids.js';
import type { InputClass } from './fields.js';
import { readInput } from './read-input.js';

/** Marks a body that came from a form, where everything is text and "" is nothing. */
export const FROM_FORM = Symbol('granary.from-form');

@Injectable()
export class InputPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type === 'param') {
      if (typeof value !== 'string' || !isId(value)) throw notFound('thing.not_found');
      return value;
    }
    if (type !== 'body' && type !== 'query') return value;
    if (metatype === undefined || metatype === Object)
      throw new Error('A handler takes a body or query without a class');
    const fromForm = type === 'query' || (value as { [FROM_FORM]?: true } | undefined)?.[FROM_FORM] === true;
    try {
      return readInput(metatype as InputClass<object>, value, fromForm);
    } catch (error) {
      // An address that asks for what there is not is a bad request; a form or body can be mended and sent again.
      if (type !== 'query' || !(error instanceof AppError)) throw error;
      const { code, params, fields } = error;
      throw invalid(code, { params, fields, status: 400 });
    }
  }
}
