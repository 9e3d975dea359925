/** What is sent about announcements. */
import { Choice, DateField, Integer, Many, Text } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { AUDIENCES } from './announcement.entity.js';
import { announcementLifecycle } from './announcement.lifecycle.js';

export class AnnouncementInput {
  @Text({ label: 'announcement.field.title', max: 120 })
  title: string;

  @Text({ label: 'announcement.field.body', long: true, max: 3000 })
  body: string;

  @Many(AUDIENCES, { label: 'announcement.field.audiences' })
  audiences: string[];

  @DateField({ label: 'announcement.field.starts_on' })
  startsOn: string;

  @DateField({ label: 'announcement.field.ends_on', optional: true })
  endsOn?: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class AnnouncementListQuery extends ListQuery {
  @Choice(announcementLifecycle.states, { label: 'announcement.field.state', optional: true })
  state?: string;
}
