/** Account: that a person can sign in. How they do it is for `sign-in`. */
import { Column, Entity, ForeignKey, Unique } from 'typeorm';
import { Row } from '../../platform/database/row.js';
import { Person } from './person.entity.js';

@Entity('accounts')
@Unique(['personId'])
export class Account extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Person)
  personId: string;

  /** Absent for somebody who signs in by a link, a card or the agency's own service. */
  @Column({ type: 'text', nullable: true })
  passphraseHash: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  disabledAt: Date | null;
}
