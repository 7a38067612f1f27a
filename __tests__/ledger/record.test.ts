// Payloads of deployments: ours read back whole, others' not at all.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readStatuses } from '../../src/ledger/entry.ts'
import { type LedgerRecord, parseLedgerRecord } from '../../src/ledger/record.ts'
import { digest } from './entries.ts'

const RECORD: LedgerRecord = {
  schema: 1,
  image: 'ghcr.io/acme/app',
  variant: 'gpu',
  channel: 'staging',
  digest: digest('a'),
  version: '2.0.1-rc.1',
  from: 'v2.0.1-rc.1',
  previous: digest('b'),
  operation: 'promote',
  forced: true,
  reason: 'outage; "quoted"',
  run: 'https://github.com/acme/app/actions/runs/1',
}

// name, the payload as GitHub may give it back
test.each<[string, unknown]>([
  ['an object', RECORD],
  ['its JSON', JSON.stringify(RECORD)],
  ['JSON of its JSON', JSON.stringify(JSON.stringify(RECORD))],
])('%s reads back the same', (_, payload) => {
  expect(parseLedgerRecord(payload)).toEqual(RECORD)
})

// name, what is wrong
test.each<[string, unknown]>([
  ['nothing', undefined],
  ['text', 'deploy it'],
  ['an array', [RECORD]],
  ['another schema', { ...RECORD, schema: 2 }],
  ['no digest', { ...RECORD, digest: 'latest' }],
  ['no image', { ...RECORD, image: 'ghcr.io/Acme/app' }],
  ['no channel', { ...RECORD, channel: '../staging' }],
  ['another operation', { ...RECORD, operation: 'destroy' }],
  ['a run that is no address', { ...RECORD, run: 'javascript:alert(1)' }],
  ['another variant than there can be', { ...RECORD, variant: 'a b' }],
  ['a run whose address is broken', { ...RECORD, run: 'https://[' }],
])('%s is no record', (_, payload) => {
  expect(parseLedgerRecord(payload)).toBeUndefined()
})

test('whatever a payload is, it never throws', () => {
  return fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.json()), (payload) => {
      expect(() => parseLedgerRecord(payload)).not.toThrow()
    }),
  )
})

// statuses newest first, what they make of it
test.each([
  ['', 'open', 'created'],
  ['in_progress', 'open', 'created'],
  ['success in_progress', 'counts', '1'],
  ['SUCCESS IN_PROGRESS', 'counts', '1'],
  ['inactive success in_progress', 'counts', '2'],
  ['failure success', 'failed', 'created'],
  ['ERROR success', 'failed', 'created'],
  ['inactive failure success', 'failed', 'created'],
  ['success failure', 'counts', '1'],
])('%s: %s', (states, state, at) => {
  const statuses = states
    .split(' ')
    .filter(Boolean)
    .map((name, index) => ({ state: name, createdAt: String(index + 1) }))
  expect(readStatuses(statuses, 'created')).toEqual({ state, at })
})
