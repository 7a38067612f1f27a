// Payloads that anybody may have had a hand in: none of them breaks the reading of an event.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readEvent, SHA } from './webhook.ts'

test('no payload, however wrong, breaks it or speaks with the voice of a prototype', () => {
  const words = fc.constantFrom(
    ...['pull_request', 'release', 'workflow_run', 'merge_group', 'repository', 'head', 'repo'],
    ...['number', 'commits', 'head_commit', 'id', 'tag_name', 'owner', 'login', 'full_name'],
    ...['__proto__', 'constructor'],
  )
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'medium' },
      fc.constantFrom(null, 0, -1, 1e300, Number.NaN, true, '', 'x'.repeat(1e5), SHA),
      fc.array(tie('any')),
      fc.dictionary(words, tie('any')),
    ),
  })).any
  const names = fc.constantFrom(
    ...['push', 'pull_request_target', 'release', 'workflow_run', 'merge_group'],
  )
  return fc.assert(
    fc.property(names, value, fc.constantFrom('acme/app', ''), (name, payload, own) => {
      const more = { GITHUB_REPOSITORY: own }
      const event = readEvent(name, 'refs/heads/main', payload, more)
      const { owner, name: repositoryName, url } = event.repository
      for (const text of [event.revision, event.ref, event.actor, owner, repositoryName, url])
        expect(typeof text).toBe('string')
      for (const number of [event.pullRequest?.number ?? 1, event.release?.id ?? 1])
        expect(number).toBeGreaterThan(0)
      if (own) expect(owner).toBe('acme')
    }),
    { numRuns: 500 },
  )
})
