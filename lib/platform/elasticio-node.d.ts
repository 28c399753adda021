// The package has no types, and its main entry loads an HTTP client that nobody needs here.
declare module 'elasticio-node/lib/messages' {
  /** A message with a random id and empty headers, attachments and metadata. */
  export function newMessageWithBody<Body>(body: Body): {
    id: string;
    body: Body;
    headers: Record<string, string>;
    attachments: Record<string, unknown>;
    metadata: Record<string, unknown>;
  };
}
