/** Hands each item on when the next one comes, since which is the last one shows only then. */
export interface OneBehind<Item, Closing> {
  readonly put: (item: Item) => Promise<void>;
  /** Hands on what is held, if anything. @param closing goes with the last item */
  readonly release: (closing?: Closing) => Promise<void>;
}

export function oneBehind<Item, Closing>(
  handOn: (item: Item, closing: Closing | undefined) => Promise<void>,
): OneBehind<Item, Closing> {
  let held: { readonly item: Item } | undefined;
  const release = async (closing?: Closing) => {
    if (!held) return;
    const { item } = held;
    held = undefined;
    await handOn(item, closing);
  };
  const put = async (item: Item) => {
    await release();
    held = { item };
  };
  return { put, release };
}
