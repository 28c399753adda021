import { addEventHandler } from 'jest-circus';

/** Skips the rest of a spec file once a test has failed: of a mutant nothing more is to be known. */
let hasFailed = false;
addEventHandler((event) => {
  if (event.name === 'test_done') hasFailed ||= event.test.errors.length > 0;
  if (event.name === 'test_start' && hasFailed) event.test.mode = 'skip';
});
