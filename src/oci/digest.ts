// Digests: `algorithm:encoded`, always with the algorithm. sha256 and sha512 are the registered
// ones (image-spec, descriptor.md "Registered Algorithms"); nothing else is believed.
import { createHash } from 'node:crypto'
import { ReleaseError } from '../errors.ts'

export type Digest = `sha256:${string}` | `sha512:${string}`

/** For people, in hints. */
export const DIGEST_RULE =
  'A digest is sha256: and 64 hexadecimal digits, or sha512: and 128, in lower case.'

const GRAMMAR = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/

export function isDigest(text: string): text is Digest {
  return GRAMMAR.test(text)
}

/** Throws `invalid-reference` unless the text is a whole sha256 or sha512 digest in lower case. */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text
  throw new ReleaseError('invalid-reference', `${JSON.stringify(text)} is not a digest`, {
    hint: DIGEST_RULE,
  })
}

export function digestOf(bytes: Uint8Array, algorithm: 'sha256' | 'sha512' = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
}

/** Whether the bytes are the ones the digest names, by the digest's own algorithm. */
export function matchesDigest(bytes: Uint8Array, digest: Digest): boolean {
  return digestOf(bytes, digest.startsWith('sha512:') ? 'sha512' : 'sha256') === digest
}

/** Hashes what passes by, piece by piece, with the algorithm of the digest it should have. */
export function createDigester(expected: Digest): {
  update(bytes: Uint8Array): void
  digest(): Digest
} {
  const algorithm = expected.startsWith('sha512:') ? 'sha512' : 'sha256'
  const hash = createHash(algorithm)
  return {
    update: (bytes) => {
      hash.update(bytes)
    },
    digest: () => `${algorithm}:${hash.digest('hex')}`,
  }
}

/** The sha256 of a stream, read to its end. */
export async function digestOfStream(chunks: AsyncIterable<Uint8Array>): Promise<Digest> {
  const hash = createHash('sha256')
  for await (const chunk of chunks) hash.update(chunk)
  return `sha256:${hash.digest('hex')}`
}
