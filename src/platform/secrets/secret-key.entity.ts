/** The keys that ever sealed something in this database: their numbers, and what each answers to one question. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Only ever inserted. Number 0 is the key of fingerprints. */
@Entity('secret_keys')
export class SecretKeyRow {
  @PrimaryColumn('integer')
  version: number;

  @Column({ type: 'bytea' })
  checkValue: Buffer;

  @Column({ type: 'timestamptz' })
  firstUsedAt: Date;
}
