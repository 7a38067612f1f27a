// What the tags operation asks GitHub for: what labels need and the event does not tell.
import { expect, test } from '@jest/globals'
import { pullRequestEvent, type StagedEvent, tagPushEvent } from '../../scripts/stage/events.js'
import { TOKEN } from './stage.ts'
import { MERGE_SHA, runTags, SHA } from './tags-stage.ts'

const V1 = tagPushEvent({ sha: SHA, tag: 'v1.4.2' })

/** As a push's payload has it, with its own commit. */
function withCommit(event: StagedEvent): StagedEvent {
  const head = { id: event.environment['GITHUB_SHA'], timestamp: '2026-07-02T02:00:00+02:00' }
  return { ...event, payload: { ...event.payload, head_commit: head } }
}

const REPO = 'GET /repos/acme/app'
const OF_HEAD = `${REPO}/commits/${SHA}`
const OF_MERGE = `${REPO}/commits/${MERGE_SHA}`
const bare = (event: StagedEvent): StagedEvent => ({ ...event, payload: {} })
const KNOWN = [
  'created=2026-07-01T10:20:30.000Z',
  'description=An application',
  'licenses=MIT',
  'url=https://github.com/acme/app',
]

// the event, what the environment says, the calls, what of the labels' values comes from them
test.each<[string, StagedEvent, Record<string, string>, readonly string[], readonly string[]]>([
  ['a whole payload', withCommit(V1), {}, [], ['created=2026-07-02T00:00:00.000Z']],
  ['no commit', V1, {}, [OF_HEAD], KNOWN.slice(0, 1)],
  ['no commit, a time given', V1, { SOURCE_DATE_EPOCH: '0' }, [], ['created=1970-01-01']],
  ['a pull request', pullRequestEvent({ sha: SHA }), {}, [OF_MERGE], KNOWN.slice(0, 1)],
  [
    "a pull request's head",
    pullRequestEvent({ sha: SHA }),
    { DOCKER_METADATA_PR_HEAD_SHA: 'true' },
    [OF_HEAD],
    KNOWN.slice(0, 1),
  ],
  ['nothing', bare(V1), {}, [REPO, OF_HEAD], KNOWN],
  ['nothing, with the token elsewhere', bare(V1), { GITHUB_TOKEN: TOKEN }, [REPO, OF_HEAD], KNOWN],
])('asks the API for what the payload lacks: %s', async (_, event, environment, calls, labels) => {
  const given = environment['GITHUB_TOKEN'] ? {} : { 'github-token': TOKEN }
  const result = await runTags(event, given, { environment })
  expect([...result.calls].sort()).toEqual(calls)
  for (const label of labels)
    expect(result.outputs['labels']).toContain(`org.opencontainers.image.${label}`)
  expect(result.log).toEqual([])
})

test('asks for the time of the commit where a rule names it, whatever SOURCE_DATE_EPOCH says', async () => {
  const inputs = { 'github-token': TOKEN, tags: "type=raw,value={{commit_date 'YYYYMMDD'}}" }
  const { outputs, calls } = await runTags(V1, inputs, { environment: { SOURCE_DATE_EPOCH: '0' } })
  expect(calls).toEqual([OF_HEAD])
  expect(outputs['tags']).toBe('20260701')
  expect(outputs['labels']).toContain('image.created=1970-01-01T00:00:00.000Z')
})

// what there is to ask, the token, what is said
test.each<[string, string, readonly string[]]>([
  [
    'no token',
    '',
    [
      'Left out of labels and annotations, for the event does not tell them: description, licenses, created',
    ],
  ],
  [
    'a wrong token',
    'wrong',
    [
      'Cannot read the repository acme/app: GitHub answered 401, Bad credentials. Labels that need it are left out.',
      `Cannot read commit ${SHA} of acme/app: GitHub answered 401, Bad credentials. Labels that need it are left out.`,
      'Left out of labels and annotations, for the event does not tell them: description, licenses, created',
    ],
  ],
])('without the API, labels that need it are left out: %s', async (_, token, notices) => {
  const { outputs, log } = await runTags(bare(V1), { 'github-token': token })
  expect(log).toEqual(notices.map((notice) => `notice: ${notice}`))
  expect(outputs['tags']).toBe('v1.4.2')
  expect(outputs['labels']).not.toMatch(/created|description|licenses/)
})
