import { createReadStream, type ReadStream } from 'node:fs';
import { ObjectStorage } from '@elastic.io/maester-client';
import { ConnectorError, invalidInput } from '../error';
import { retryPolicy } from './retry-policy';

/** The platform's object storage, where the attachments of messages are. */
export interface AttachmentStorage {
  /**
   * Stores a file, streamed from disk, and returns the address under which other steps read it.
   * @throws ConnectorError
   */
  readonly store: (path: string, contentType: string) => Promise<string>;
}

/** The storage gives up on a request in which nothing moves for so long; the client allows no more. */
const IDLE_MS = 20_000;
/** The client allows no more attempts after the first. */
const MAX_RETRIES = 4;

/**
 * The object storage as the runtime names it to its step. Addresses have the form that the platform's own components give
 * attachments and read.
 * @throws ConnectorError `InvalidInput` where the platform offers none
 */
export function attachmentStorage(operation: string, env = process.env): AttachmentStorage {
  const { ELASTICIO_OBJECT_STORAGE_URI: uri, ELASTICIO_OBJECT_STORAGE_TOKEN: token } = env;
  if (!uri || !token) {
    throw invalidInput(
      operation,
      'this platform offers its steps no object storage for files (ELASTICIO_OBJECT_STORAGE_URI and ELASTICIO_OBJECT_STORAGE_TOKEN are not set): use Export Identity Pool, which sends messages, or the command line',
    );
  }
  const storage = new ObjectStorage({ uri, jwtSecret: token });
  const retryOptions = { retriesCount: Math.min(retryPolicy().retries, MAX_RETRIES), requestTimeout: IDLE_MS };
  return {
    store: async (path, contentType) => {
      const opened: ReadStream[] = [];
      const open = () => {
        const stream = createReadStream(path);
        opened.push(stream);
        return Promise.resolve(stream);
      };
      try {
        const id: unknown = await storage.add(open, { headers: { 'content-type': contentType }, retryOptions });
        if (typeof id !== 'string' || id === '') {
          throw new ConnectorError('InvalidResponse', { operation, message: 'the object storage gave the file no id' });
        }
        return `${uri.replace(/\/+$/, '')}/objects/${encodeURIComponent(id)}?storage_type=maester`;
      } catch (error) {
        throw error instanceof ConnectorError ? error : storageError(operation, error);
      } finally {
        for (const stream of opened) stream.destroy();
      }
    },
  };
}

/** Nothing of the failure itself is shown but its status: it holds the request with its token. */
function storageError(operation: string, error: unknown): ConnectorError {
  const code = (error as { code?: unknown } | undefined)?.code;
  const status = typeof code === 'number' ? code : undefined;
  const isRefused = status !== undefined && status < 500;
  return new ConnectorError('ObjectStorageError', {
    operation,
    message: isRefused
      ? "the platform's object storage refused the file"
      : "the platform's object storage did not take the file",
    status,
    retry: isRefused ? 'never' : 'always',
  });
}
