/** Person: somebody the agency knows. How they can be reached are rows of their own; one address may serve several. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Row } from '../../platform/database/row.js';

@Entity('persons')
@Index('persons_name_idx', { synchronize: false })
@Index('persons_created_idx', ['createdAt', 'id'])
@Index('persons_search_idx', { synchronize: false })
export class Person extends Row {
  @Column({ type: 'text' })
  name: string;

  /** The language they read best. */
  @Column({ type: 'text', default: 'en' })
  locale: string;
}

@Entity('identifiers')
@Index('identifiers_search_idx', { synchronize: false })
@Unique(['kind', 'value', 'personId'])
@Check('identifiers_kind_check', `"kind" IN ('address', 'telephone', 'card')`)
@Index(['personId'])
export class Identifier extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Person)
  personId: string;

  @Column({ type: 'text' })
  kind: string;

  /** As `normalizeAddress` gives it. */
  @Column({ type: 'text' })
  value: string;
}
