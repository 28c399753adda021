import fs from 'node:fs';
import path from 'node:path';
import { strykerPlugins as jestPlugins } from '@stryker-mutator/jest-runner';

/*
 * Stryker's runner for jest asks jest for every test file that imports a mutant's, which here is nearly all of them, and
 * sorts tests out by name. This one runs only the files with tests that reach the mutant, the nearest and quickest first, one by one,
 * until one fails: seconds in place of a minute. With `SPEC_FILES=<number>` no more of them than that, so that a run says what is
 * killed at least.
 */

const MOST_FILES = Number(process.env.SPEC_FILES ?? Infinity);
/** What the first run learns; the others are processes of their own, in a copy two folders below. */
const LEARNED = path.resolve('../../mutation-tests.json');

const [{ factory: jestFactory }] = jestPlugins;

/** Spec files with the tests that reach a mutant: those of its name, then those whose tests take least time. */
function nearestFirst(mutated, tests, { files, ms }) {
  const name = `${path.basename(mutated, '.ts')}.`;
  const isOther = (file) => Number(!path.basename(file).startsWith(name));
  const reaching = [...new Set(tests.flatMap((id) => files[id] ?? []))];
  return reaching.sort((a, b) => isOther(a) - isOther(b) || ms[a] - ms[b]).slice(0, MOST_FILES);
}

function factory(injector) {
  const runner = jestFactory(injector);
  const { dryRun, mutantRun, jestTestAdapter } = runner;
  const run = jestTestAdapter.run.bind(jestTestAdapter);

  runner.dryRun = async (options) => {
    const result = await dryRun.call(runner, options);
    const [files, ms] = [{}, {}];
    for (const { id, fileName, timeSpentMs } of result.tests ?? []) {
      (files[id] ??= []).push(fileName);
      ms[fileName] = (ms[fileName] ?? 0) + timeSpentMs;
    }
    const atLoad = Object.keys(result.mutantCoverage?.static ?? {});
    fs.writeFileSync(LEARNED, JSON.stringify({ files, ms, atLoad }));
    return result;
  };

  runner.mutantRun = async (options) => {
    const learned = JSON.parse(fs.readFileSync(LEARNED, 'utf8'));
    // What also runs while modules are loaded may be seen by any test, also one that does not reach it afterwards.
    const tests = learned.atLoad.includes(options.activeMutant.id) ? undefined : options.testFilter;
    const files = nearestFirst(options.sandboxFileName, tests ?? Object.keys(learned.files), learned);
    let result;
    try {
      for (const file of files) {
        jestTestAdapter.run = (settings) => run({ ...settings, testFiles: [file] });
        result = await mutantRun.call(runner, { ...options, testFilter: tests });
        if (result.status !== 'survived') break;
      }
    } finally {
      jestTestAdapter.run = run;
    }
    return result;
  };
  return runner;
}
factory.inject = jestFactory.inject;

export const strykerPlugins = [{ kind: 'TestRunner', name: 'jest-by-file', factory }];
