/** Wires audit; global, because every page may lead to its own trail: the pages of the trail, its sealing, and what is looked at when Granary starts. */
import { Global, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { systemActor } from '../../kernel/actor.js';
import { beginEra } from '../../platform/audit/chain.js';
import { Database } from '../../platform/database/database.js';
import { PageLinks } from '../../platform/pages/page-writer.js';
import { checkKeys, sealWhatLiesOpen } from '../../platform/secrets/keeping.js';
import { Secrets } from '../../platform/secrets/secrets.js';
import { AuditApi } from './audit.api.js';
import { AuditPages } from './audit.pages.js';
import { AuditPageLinks } from './audit-page-links.js';
import { AuditScopes } from './audit-scopes.js';
import { AuditThings } from './audit-things.js';
import { AuditTrail } from './audit-trail.service.js';
import { AuditSealer } from './audit-sealer.service.js';

@Global()
@Module({
  controllers: [AuditPages, AuditApi],
  providers: [AuditSealer, AuditThings, AuditScopes, AuditTrail, { provide: PageLinks, useClass: AuditPageLinks }],
  exports: [AuditSealer, AuditThings, AuditScopes, PageLinks],
})
export class AuditModule implements OnApplicationBootstrap {
  constructor(
    private readonly db: Database,
    private readonly secrets: Secrets,
  ) {}

  /** Refuses to start with keys that are not this database's, before anything is sealed with them. */
  async onApplicationBootstrap(): Promise<void> {
    await this.db.work(systemActor('start'), async (work) => {
      await beginEra(work);
      await checkKeys(work, this.secrets);
      await sealWhatLiesOpen(work, this.secrets);
    });
  }
}
