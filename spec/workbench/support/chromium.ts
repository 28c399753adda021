import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/**
 * @param args Switches besides the usual ones.
 * @throws Error where there is no Chromium, so that nothing is skipped unnoticed
 */
export function launchChromium(...args: string[]): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(`There is no Chromium at ${CHROMIUM}: install Debian's package chromium, or set CHROMIUM`);
  }
  return chromium.launch({
    executablePath: CHROMIUM,
    // A container runs as root, where Chromium has no sandbox; and it shall call nobody.
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run', ...args],
  });
}
