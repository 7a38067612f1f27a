// The images a run names in the lists that the runner keeps for attestations.
import { expect, test } from '@jest/globals'
import type { Digest } from '../../../src/oci/digest.ts'
import { listArtifacts } from '../../../src/operations/shipping/artifacts.ts'
import { MemoryFiles, MemoryLog } from '../../fakes/world.ts'
import { digest } from '../../ledger/entries.ts'

const [D, E] = [digest('d'), digest('e')]
const [GHCR, QUAY] = ['ghcr.io/acme/app', 'quay.io/acme/app']
const OTHERS = 'file://a\n'

const subject = (name: string, on: Digest) => ({ name, digest: on, kind: 'oci' })
const listOf = (...subjects: object[]) => JSON.stringify({ version: 1, subjects })
const full = Array.from({ length: 499 }, (_, n) => subject(`file-${n}`, D))

// name, what earlier steps listed, images that are added, what is told
test.each<[string, string | undefined, string[], number]>([
  ['after what others wrote', undefined, [GHCR, QUAY], 0],
  ['with an empty list', listOf(), [GHCR, QUAY], 0],
  ['not what is listed already', listOf(subject(GHCR, D)), [QUAY], 0],
  ['not a second digest of a name', listOf(subject(GHCR, E)), [QUAY], 1],
  ['no more than 500', listOf(...full), [GHCR], 1],
  ['with a list of another kind', '[', [GHCR, QUAY], 0],
])('GITHUB_ARTIFACTS gets a line an image: %s', async (_, list, added, told) => {
  const files = new MemoryFiles({ '/artifacts': OTHERS, ...(list ? { '/list': list } : {}) })
  const log = new MemoryLog()
  const environment = { GITHUB_ARTIFACTS: '/artifacts', GITHUB_ARTIFACTS_LIST: '/list' }
  const records = [GHCR, QUAY].map((image) => ({ image, digest: D }))
  await listArtifacts(records, { files, environment, log })
  expect(new TextDecoder().decode(await files.read('/artifacts'))).toBe(
    OTHERS + added.map((image) => `oci://${image}@${D}\n`).join(''),
  )
  expect(log.lines).toHaveLength(told)
})

test('nothing is written where the runner has no such list', async () => {
  const files = new MemoryFiles()
  const records = [{ image: GHCR, digest: D }]
  await listArtifacts(records, { files, environment: {}, log: new MemoryLog() })
  expect(files.contents.size).toBe(0)
})
