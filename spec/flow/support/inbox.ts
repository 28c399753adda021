/** Resolves like `promise`, or rejects after `ms`, naming what did not come. */
export async function within<T>(promise: Promise<T>, ms: number, what: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what()} within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

const PATIENCE_MS = 15_000;

/** What arrives one by one, to be awaited in order. */
export class Inbox<Item> {
  /** Everything that ever came. */
  readonly items: Item[] = [];
  private taken = 0;
  private readonly watchers = new Set<() => void>();

  constructor(private readonly name: string) {}

  put(item: Item): void {
    this.items.push(item);
    for (const look of this.watchers) look();
  }

  /** The first item that nobody has taken yet. */
  async next(ms = PATIENCE_MS): Promise<Item> {
    return (await this.take(1, ms))[0] as Item;
  }

  /** The next `count` items that nobody has taken yet. */
  async take(count: number, ms = PATIENCE_MS): Promise<Item[]> {
    const from = this.taken;
    this.taken += count;
    await this.until(() => this.items.length >= from + count, `${count} of ${this.name}`, ms);
    return this.items.slice(from, from + count);
  }

  /** Resolves when `holds` does; looks again whenever something arrives. */
  async until(holds: () => boolean, what: string, ms = PATIENCE_MS): Promise<void> {
    if (holds()) return;
    let look: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      look = () => {
        if (holds()) resolve();
      };
    });
    this.watchers.add(look);
    try {
      await within(held, ms, () => `expected ${what}, got ${this.items.length} in all`);
    } finally {
      this.watchers.delete(look);
    }
  }

  /** What nobody has taken. */
  get waiting(): Item[] {
    return this.items.slice(this.taken);
  }
}
