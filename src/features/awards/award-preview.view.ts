/** The letter and the agreement of an award, read on the page. */
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import type { LetterView } from '../../platform/letters/preview.js';
import type { PageHead } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { AwardDocuments } from './award-documents.js';
import { loadLetterInputs } from './award-letter-inputs.js';
import { previewPaper } from './award-letters.js';
import type { AGREEMENT_KIND, LETTER_KIND } from './award.lifecycle.js';
import { Awards } from './awards.service.js';

export type PaperKind = typeof LETTER_KIND | typeof AGREEMENT_KIND;

@Injectable()
export class AwardPreviewViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly awards: Awards,
    private readonly documents: AwardDocuments,
  ) {}

  /** As the record reads now; what was offered and signed is the document itself, which stands beside it. */
  async of(visit: Visit, kind: PaperKind): Promise<{ title: string; head: PageHead; letter: LetterView }> {
    const { t } = this;
    const award = await this.awards.get(visit.actor, visit.id());
    const inputs = await loadLetterInputs(this.db, award.id);
    const made = (await this.documents.of(this.db, [award.id])).get(award.id) ?? [];
    const title = t(`award.document.${kind}`);
    const pdf = made.find((each) => each.kind === kind);
    const head: PageHead = {
      crumbs: [
        { label: t('award.list.title'), href: '/awards' },
        { label: award.title, href: `/awards/${award.id}` },
      ],
      number: t('award.number', { number: award.number }),
      title,
      lead: t(pdf === undefined ? 'award.preview.not_made' : 'award.preview.made'),
      actions: pdf === undefined ? [] : [{ label: t('award.preview.pdf'), href: pdf.url }],
    };
    return { title, head, letter: previewPaper(kind, inputs) };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);
}
