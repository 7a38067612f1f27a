// Two runs on one channel whose successes fell into the same second.
import { expect, test } from '@jest/globals'
import { readLedger } from '../../../src/github/ledger.ts'
import { entriesOf } from '../../../src/ledger/replay.ts'
import { parseRepository } from '../../../src/oci/reference.ts'
import { settle } from '../../../src/operations/channel/settle.ts'
import { REPOSITORY as repository, type Setup, setUp } from '../../github/setup.ts'
import { digest, IMAGE } from '../../ledger/entries.ts'

const CHANNEL = { tag: 'prod', environment: 'prod' }
const [OURS, THEIRS] = [digest('a'), digest('b')]

function addDeployment(setup: Setup, of: string, ...states: string[]) {
  const record = {
    schema: 1,
    image: IMAGE,
    channel: 'prod',
    digest: of,
    operation: 'promote',
    run: '',
  }
  return setup.repository.addDeployment({ environment: 'prod', payload: record }, ...states)
}

async function settleWith(tag: string) {
  const setup = setUp({ permissions: ['deployments: write'] })
  const own = addDeployment(setup, OURS, 'success')
  const other = addDeployment(setup, THEIRS, 'success')
  const { github, clock, log } = setup
  const target = parseRepository(IMAGE)
  const reread = async () => (await readLedger({ github, repository, channels: [CHANNEL] })).entries
  const settled = settle({
    move: { target, channel: CHANNEL, tag: 'prod', digest: OURS },
    deployment: { github, repository, id: own.id, name: 'prod', run: '' },
    ledger: { entries: [], reread },
    store: { digestOf: async () => digest(tag) },
    variant: undefined,
    clock,
    log,
  })
  const error = await settled.catch((thrown: unknown) => thrown)
  const name = { images: [IMAGE], variant: undefined, channel: 'prod' }
  const last = entriesOf(await reread(), name).at(-1)?.record.digest
  return { error, last, own, other }
}

test('who has the tag says so again, a second later, and is the last success', async () => {
  const { error, last, own } = await settleWith('a')
  expect(error).toBeUndefined()
  expect(last).toBe(OURS)
  expect(own.statuses.map(({ state, createdAt }) => [state, createdAt])).toEqual([
    ['success', '2026-01-01T00:00:00Z'],
    ['success', '2026-01-01T00:00:01Z'],
  ])
})

test('who has it no more takes the success back, and says what is there', async () => {
  const { error, last, own } = await settleWith('b')
  expect(error).toMatchObject({
    code: 'overtaken',
    message: `Lost prod of ${IMAGE}: another run has moved it to ${THEIRS}, after we put it on ${OURS}`,
  })
  expect(last).toBe(THEIRS)
  expect(own.statuses.at(-1)).toMatchObject({
    state: 'failure',
    description: expect.stringMatching(`^Lost prod of .* moved it to ${THEIRS}`),
  })
})
