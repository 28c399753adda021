import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Recorded } from './recorder';

/** Recomputes the signature of a request as it arrived, with AWS's own signer, and returns both. */
export async function signatures(
  { method, target, headers, body }: Recorded,
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string },
): Promise<{ sent: string | undefined; recomputed: string | undefined }> {
  const [, region = '', service = '', signedHeaders = ''] =
    /Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+)/.exec(
      headers.authorization ?? '',
    ) ?? [];
  const [path = '', search = ''] = target.split('?');
  const query = Object.fromEntries(
    search
      .split('&')
      .filter(Boolean)
      .map((pair) => pair.split('=', 2).map(decodeURIComponent) as [string, string]),
  );
  const date = String(headers['x-amz-date']);
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256, applyChecksum: false });
  const signed = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path,
      query,
      body: body === '' ? undefined : body,
      headers: Object.fromEntries(signedHeaders.split(';').map((name) => [name, String(headers[name])])),
    },
    { signingDate: new Date(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')) },
  );
  const signatureOf = (value: string | undefined) => value?.split('Signature=')[1];
  return { sent: signatureOf(headers.authorization), recomputed: signatureOf(signed.headers['authorization']) };
}
