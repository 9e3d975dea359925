/** AttachmentReaders: what each kind of thing says of its files - who may open them, what kinds they are, whose room they take. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { Queryable } from '../../platform/database/work.js';
import { type FileKindName, RECEIPT_KINDS } from '../../platform/files/kind-names.js';

/** Whether the actor may open this file of the thing. */
export type AttachmentReader = (actor: Actor, subjectId: string, attachmentId: string) => Promise<boolean>;

export interface AttachmentRules {
  /** Where two sides read: whether the actor is of the one that handed it in. The other is told of clean files alone. */
  readonly ownSide?: (actor: Actor, subjectId: string) => Promise<boolean>;
  /** What kinds of files belong to it; PDF and pictures when nothing is said. */
  readonly accept?: readonly FileKindName[];
  /** The organization it belongs to: its files take up that one's room. Without one they take up the person's. */
  readonly organizationOf?: (from: Queryable, subjectId: string) => Promise<string | undefined>;
}

@Injectable()
export class AttachmentReaders {
  private readonly things = new Map<string, AttachmentRules & { readonly reader: AttachmentReader }>();

  register(subjectType: string, reader: AttachmentReader, rules: AttachmentRules = {}): void {
    if (this.things.has(subjectType)) throw new Error(`Attachments of ${subjectType} have two readers`);
    this.things.set(subjectType, { ...rules, reader });
  }

  async mayRead(actor: Actor, subjectType: string, subjectId: string, attachmentId: string): Promise<boolean> {
    return (await this.things.get(subjectType)?.reader(actor, subjectId, attachmentId)) ?? false;
  }

  /** Whether what is not open yet is named to this actor, who may read the thing. */
  async mayKnow(actor: Actor, subjectType: string, subjectId: string): Promise<boolean> {
    return (await this.things.get(subjectType)?.ownSide?.(actor, subjectId)) ?? true;
  }

  accepted(subjectType: string): readonly FileKindName[] {
    return this.things.get(subjectType)?.accept ?? RECEIPT_KINDS;
  }

  async organizationOf(from: Queryable, subjectType: string, subjectId: string): Promise<string | null> {
    return (await this.things.get(subjectType)?.organizationOf?.(from, subjectId)) ?? null;
  }
}
