/** What holds for the messages of every step. */
export const messages = [
  "- Members have AWS's names. Numbers may come as text. Times are ISO 8601 text, such as `2026-01-31T09:30:00Z`; epoch seconds are taken too.",
  '- A member that a step does not know is refused by name, so that a typing error in a mapping cannot vanish.',
  '- Each emitted message has an id of its own, the same one if the platform delivers the input again.',
  '- Headers of emitted messages say how the call went, such as `cognito-sync-request-id`, that a list goes on (`cognito-sync-has-more`), and what an export delivered (`cognito-sync-totals`, in its last message): [all headers](operations.md#headers).',
];
