import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { COMPONENT_ROOT } from '../flow/support/sailor';

/** Copies what is committed; in a folder that is no git repository, everything but what a build makes. */
export function exportTo(folder: string): void {
  if (fs.existsSync(path.join(COMPONENT_ROOT, '.git'))) {
    const archive = execFileSync('git', ['archive', '--format=tar', 'HEAD'], {
      cwd: COMPONENT_ROOT,
      maxBuffer: 100 * 1024 * 1024,
    });
    execFileSync('tar', ['-x'], { cwd: folder, input: archive });
    return;
  }
  const made = ['node_modules', 'dist', 'coverage'].map((name) => path.join(COMPONENT_ROOT, name));
  fs.cpSync(COMPONENT_ROOT, folder, { recursive: true, filter: (file) => !made.includes(file) });
}
