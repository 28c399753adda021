'use strict';

// Loads TypeScript like ts-node, but without its REPL: that loads Node's `domain`, which then hooks into every asynchronous step
// of the process and would double the time of all that is measured.
const { readFileSync } = require('node:fs');
const { ModuleKind, ScriptTarget, transpileModule } = require('typescript');

const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true };

require.extensions['.ts'] = (module, file) => {
  module._compile(transpileModule(readFileSync(file, 'utf8'), { compilerOptions }).outputText, file);
};
