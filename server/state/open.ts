import { existsSync, statSync } from 'node:fs';
import { Database } from './database';
import { importJournal, isJournal } from './journal';
import { Store } from './store';
import { verifyFile, verifyStart } from './verify';

/**
 * Opens a data file, or makes it. One of version 1 is imported first.
 * @param say Is told of what is out of the ordinary, in one line.
 * @throws Error naming the file when it is in use, damaged, or not one of this server's; it is left as it is.
 */
export async function openStore(file: string, say: (line: string) => void): Promise<Store> {
  if (existsSync(file) && statSync(file).isFile() && isJournal(file)) {
    const kept = await importJournal(file);
    say(`${file} was of version 1 and is a database now; the old file is ${kept}`);
  }
  return new Store(Database.open(file, { start: verifyStart, whole: verifyFile }));
}
