import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Folder of the component. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const here = (...names) => path.join(root, 'workbench', ...names);
/** Below node_modules, so that what is compiled finds the packages, and neither git nor an image takes it along. */
const cache = path.join(root, 'node_modules', '.cache', 'workbench');

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};
const typeOf = (file) => TYPES[path.extname(file)];

const FONTS = {
  '/inter.woff2': '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
  '/mono.woff2': '@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2',
};

/** Compiles the page, in memory: a map from the paths of URLs to files. */
export async function buildPage() {
  const { outputFiles } = await build({
    entryPoints: [here('page', 'main.tsx'), here('page', 'style.css')],
    bundle: true,
    splitting: true,
    format: 'esm',
    minify: true,
    target: 'es2023',
    external: ['*.woff2'],
    chunkNames: '[name]-[hash]',
    outdir: here('out'),
    write: false,
    logLevel: 'warning',
    tsconfig: here('page', 'tsconfig.json'),
  });
  const files = new Map();
  const add = (url, content) => files.set(url, { type: typeOf(url), content });
  for (const { path: file, contents } of outputFiles) add(`/${path.basename(file)}`, contents);
  const read = Object.entries(FONTS).map(async ([url, file]) =>
    add(url, await readFile(path.join(root, 'node_modules', file))),
  );
  const html = readFile(here('page', 'index.html')).then((content) => {
    for (const url of ['/', '/index.html']) files.set(url, { type: TYPES['.html'], content });
  });
  const logo = readFile(path.join(root, 'logo.png')).then((content) => add('/logo.png', content));
  await Promise.all([...read, html, logo]);
  return files;
}

/** Compiles the server and the process of a run; returns their modules. */
export async function buildServer() {
  await mkdir(cache, { recursive: true });
  await build({
    entryPoints: { server: here('server', 'main.ts'), child: here('child', 'main.ts') },
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    outdir: cache,
    outExtension: { '.js': '.cjs' },
    logLevel: 'warning',
  });
  return { server: path.join(cache, 'server.cjs'), child: path.join(cache, 'child.cjs') };
}
