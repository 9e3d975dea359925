/** What the pages about background work take. */

/** A job is tried again as it is: nothing is asked. */
export class RetryInput {}
