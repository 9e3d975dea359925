/** ListExportSources: the lists that can be had as a file; each feature registers its own. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { InputClass } from '../../platform/input/fields.js';
import type { ListQuery } from '../../platform/lists/list.js';
import type { SheetCell, SheetCellKind } from '../../platform/spreadsheets/sheet.js';

export interface ExportColumn {
  /** Key of its label in the text catalogue. */
  readonly labelKey: string;
  readonly kind?: SheetCellKind;
}

/** One list as a file. */
export interface ExportableList<Query extends ListQuery = ListQuery> {
  /** Such as `screening`; stands in addresses. */
  readonly list: string;
  /** Its name: key of a text. */
  readonly titleKey: string;
  /** Where the list is read as a page. */
  readonly path: string;
  /** Without a role for which this has a cell, there is no such list. */
  readonly permission: string;
  /** The search and filters that the page takes, and no others. */
  readonly query: InputClass<Query>;
  readonly columns: readonly ExportColumn[];
  /** Every row that the actor may read, in pages; cells stand in the order of the columns. */
  rows(actor: Actor, query: Query): AsyncIterable<readonly (readonly SheetCell[])[]>;
  /** Whether what was made earlier may still be opened: a conflict of interest may have come since. */
  stillOpen?(actor: Actor, madeAt: Date): Promise<boolean>;
}

@Injectable()
export class ListExportSources {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each list has a query of its own
  private readonly lists = new Map<string, ExportableList<any>>();

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each list has a query of its own
  register(list: ExportableList<any>): void {
    if (this.lists.has(list.list)) throw new Error(`List ${list.list} is registered twice`);
    this.lists.set(list.list, list);
  }

  all(): ExportableList[] {
    return [...this.lists.values()];
  }

  find(name: string): ExportableList | undefined {
    return this.lists.get(name);
  }
}
