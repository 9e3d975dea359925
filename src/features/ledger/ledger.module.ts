/** LedgerModule: the ledger's services and doors. */
import { Module } from '@nestjs/common';
import { LedgerApi } from './ledger.api.js';
import { LedgerDirectory } from './ledger.directory.js';
import { LedgerEntries } from './ledger-entries.service.js';
import { LedgerMonths } from './ledger-months.service.js';
import { LedgerPages } from './ledger.pages.js';
import { Ledger } from './ledger.service.js';

@Module({
  providers: [Ledger, LedgerDirectory, LedgerEntries, LedgerMonths],
  controllers: [LedgerApi, LedgerPages],
  exports: [Ledger, LedgerDirectory],
})
export class LedgerModule {}
