// Ledger entries for tests: digests of one letter, a second apart.
import type { EntryState, LedgerEntry } from '../../src/ledger/entry.ts'
import type { LedgerOperation } from '../../src/ledger/record.ts'
import { type Digest, parseDigest } from '../../src/oci/digest.ts'

export const IMAGE = 'ghcr.io/acme/app'

/** `digest('a')` is `sha256:aaaa…`. */
export const digest = (letter: string): Digest => parseDigest(`sha256:${letter.repeat(64)}`)

export const letterOf = (text: string | undefined) => text?.at(-1)

/**
 * One entry a word: the letter of a digest, `<` before it for a rollback, `!` behind it for a
 * failed one, `?` for one that is open.
 */
export function entries(words: string, channel = 'prod'): LedgerEntry[] {
  return words
    .split(' ')
    .filter(Boolean)
    .map((word, index) => {
      const operation: LedgerOperation = word.startsWith('<') ? 'rollback' : 'promote'
      const state: EntryState = word.endsWith('!')
        ? 'failed'
        : word.endsWith('?')
          ? 'open'
          : 'counts'
      const at = new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString()
      return {
        id: index + 1,
        state,
        at,
        createdAt: at,
        by: 'github-actions[bot]',
        record: {
          schema: 1,
          image: IMAGE,
          channel,
          digest: digest(/[a-f]/.exec(word)?.[0] ?? 'a'),
          operation,
          forced: false,
          run: '',
        },
      }
    })
}
