/** What holds for the messages of every step. */
export const messages = [
  "- Members have AWS's names. Numbers may come as text. Times are ISO 8601 text, such as `2026-01-31T09:30:00Z`; epoch seconds are taken too.",
  '- A member that a step does not know is refused by name, so that a typing error in a mapping cannot vanish.',
  '- Each emitted message has an id of its own, the same one if the platform delivers the input again.',
  "- Headers of emitted messages say how the call went: `cognito-sync-request-id`, `cognito-sync-attempts`, `cognito-sync-duration-ms`, and `cognito-sync-recovered` when AWS's answer was lost and the connector found out that the write had taken effect.",
];
