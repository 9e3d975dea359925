/** Feature: what one feature folder contributes to the whole; `app.module.ts` gathers them in the order of the house. */
import type { Type } from '@nestjs/common';
import type { Lifecycle } from '../kernel/lifecycle.js';
import type { PermissionTable } from '../kernel/policy.js';
import type { Housekeeper } from './jobs/housekeeping.js';
import type { JobHandler } from './jobs/job.js';
import type { HomePanelSource } from './home-panels.js';
import type { TaskSource } from './tasks.js';
import type { MenuItem } from './pages/page-writer.js';
import type { PersonalData, RetentionClass } from './personal-data.js';

export interface Feature {
  /** The folder's name. */
  readonly name: string;
  readonly module: Type;
  readonly entities: readonly (abstract new () => object)[];
  readonly permissions: readonly PermissionTable[];
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each lifecycle looks at facts of its own
  readonly lifecycles: readonly Lifecycle<any, any>[];
  readonly menu: readonly MenuItem[];
  /** Providers of the module that say what waits for somebody. */
  readonly tasks?: readonly Type<TaskSource>[];
  /** Providers of the module that show something beside the things to do. */
  readonly panels?: readonly Type<HomePanelSource>[];
  /** Providers of the module that handle jobs. */
  readonly jobs: readonly Type<JobHandler>[];
  /** Providers of the module that take away what nobody can use any more, once an hour. */
  readonly housekeepers?: readonly Type<Housekeeper>[];
  /** Its things as the audit trail calls them and leads to them. */
  readonly things?: readonly Thing[];
  /** What it keeps about persons: shown to them, exported for them, taken away when its time is over. */
  readonly personalData?: PersonalData;
  /** How long its records stay. */
  readonly retention?: readonly RetentionClass[];
}

/** One kind of thing, by the type that audit and history spell it with. */
export interface Thing {
  readonly type: string;
  readonly table: string;
  /** SQL over the row `t`: its number or name. */
  readonly title: string;
  /** Where the title is a code of ours: texts are called by this and the code, `retention.` and `messages`. */
  readonly titleWords?: string;
  /** Where its page is: `/awards`, followed by the id. */
  readonly path?: string;
}
