/** Every page, the first half of them. */
import 'reflect-metadata';
import { describeEveryPage } from './every-page.js';

describeEveryPage(0, 2);
