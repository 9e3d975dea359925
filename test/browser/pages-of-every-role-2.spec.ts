/** Every page, the second half of them. */
import 'reflect-metadata';
import { describeEveryPage } from './every-page.js';

describeEveryPage(1, 2);
