import fs from 'node:fs';
import path from 'node:path';
import { strykerPlugins as jestPlugins } from '@stryker-mutator/jest-runner';

/*
 * Stryker's runner for jest asks jest for every test file that imports a mutant's, which here is nearly all of them, and
 * sorts tests out by name. This one runs only the files with tests that reach the mutant, the nearest first, one by one, until
 * one fails: seconds in place of a minute. With `SPEC_FILES=<number>` no more of them than that, so that a run says what is
 * killed at least.
 */

const MOST_FILES = Number(process.env.SPEC_FILES ?? Infinity);
/** What the first run learns; the others are processes of their own, in a copy two folders below. */
const LEARNED = path.resolve('../../mutation-tests.json');

const [{ factory: jestFactory }] = jestPlugins;

/** Spec files by how near they are to the mutant: of its name, then unit tests, then those that reach it most often. */
function nearestFirst(mutated, reaching) {
  const name = path.basename(mutated, '.ts');
  const distance = (file) =>
    path.basename(file).startsWith(`${name}.`) ? 0 : file.includes(`${path.sep}unit${path.sep}`) ? 1 : 2;
  const files = [...reaching.keys()];
  return files.sort((a, b) => distance(a) - distance(b) || reaching.get(b) - reaching.get(a)).slice(0, MOST_FILES);
}

function factory(injector) {
  const runner = jestFactory(injector);
  const { dryRun, mutantRun, jestTestAdapter } = runner;
  const run = jestTestAdapter.run.bind(jestTestAdapter);

  runner.dryRun = async (options) => {
    const result = await dryRun.call(runner, options);
    const files = {};
    for (const { id, fileName } of result.tests ?? []) (files[id] ??= []).push(fileName);
    const atLoad = Object.keys(result.mutantCoverage?.static ?? {});
    fs.writeFileSync(LEARNED, JSON.stringify({ files, atLoad }));
    return result;
  };

  runner.mutantRun = async (options) => {
    const { files, atLoad } = JSON.parse(fs.readFileSync(LEARNED, 'utf8'));
    // What also runs while modules are loaded may be seen by any test, also one that does not reach it afterwards.
    const tests = atLoad.includes(options.activeMutant.id) ? undefined : options.testFilter;
    const reaching = new Map();
    for (const file of (tests ?? Object.keys(files)).flatMap((id) => files[id] ?? [])) {
      reaching.set(file, (reaching.get(file) ?? 0) + 1);
    }
    let result;
    try {
      for (const file of nearestFirst(options.sandboxFileName, reaching)) {
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
