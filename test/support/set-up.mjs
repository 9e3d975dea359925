/** What each worker does once, before its first spec. */
import 'reflect-metadata';

// Node would end the worker, and with it the results of all its files.
process.on('unhandledRejection', (reason) => {
  console.error('A promise was refused and nobody waited for it:', reason);
});
