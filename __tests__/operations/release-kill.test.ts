// A run that is killed at any moment, and run again: the same end state as if nothing had happened,
// one digest, and no tag that ever stood on another.
import { expect, test } from '@jest/globals'
import {
  pushEvent,
  releaseEvent,
  type StagedEvent,
  tagPushEvent,
} from '../../scripts/stage/events.js'
import { ReleaseError } from '../../src/errors.ts'
import { buildParts, PARTS } from './parts.ts'
import { commit, releaseStage } from './release-stage.ts'

const A = commit('a')

interface Kill {
  /** The call that is the last one, counted from 1. */
  readonly at: number
  /** Whether it still takes effect; its answer is never seen. */
  readonly arrives: boolean
}

/** A stage whose process dies at one call; every call after it fails, until it is revived. */
function mortalStage(kill: Kill) {
  let calls = 0
  let isMortal = false
  const stage = releaseStage({
    attestations: true,
    async around(_, proceed) {
      if (!isMortal) return proceed()
      calls += 1
      if (calls === kill.at && kill.arrives) await proceed()
      if (calls >= kill.at) throw new ReleaseError('cancelled', 'killed')
      return proceed()
    },
  })
  const places = new Map<string, Set<string>>()
  const { setTag } = stage.registry
  stage.registry.setTag = (path, tag, digest, visibleAt) => {
    places.set(tag, (places.get(tag) ?? new Set()).add(digest))
    setTag.call(stage.registry, path, tag, digest, visibleAt)
  }
  return {
    ...stage,
    places,
    /** Runs and dies; false: it came to its end before. */
    async die(run: () => Promise<unknown>): Promise<boolean> {
      isMortal = true
      await run()
      isMortal = false
      return calls >= kill.at
    },
  }
}

type Stage = ReturnType<typeof mortalStage>
type Run = (
  stage: Stage,
  releaseId: number,
) => Promise<{ outputs: Record<string, string>; error: unknown }>

const shipped =
  (event: StagedEvent, inputs: Readonly<Record<string, string>> = {}): Run =>
  ({ run }) =>
    run(event, inputs)

const VERSION = ['1', '1.4', '1.4.2', 'git-aaaaaaa']
const nothing = async () => {}

// name, what was there before, the run, its tags; a row is some hundred runs
test.each<[string, (stage: Stage) => Promise<unknown>, Run, string[]]>([
  [
    'a release',
    nothing,
    ({ run }, id) => run(releaseEvent({ sha: A, tag: 'v1.4.2', id })),
    VERSION,
  ],
  ['a tag push', nothing, shipped(tagPushEvent({ sha: A, tag: 'v1.4.2' })), VERSION],
  ['a push', nothing, shipped(pushEvent({ sha: A })), ['dev', 'git-aaaaaaa']],
  [
    'a part',
    nothing,
    shipped(pushEvent({ sha: A }), { part: 'true', platforms: 'linux/amd64' }),
    ['git-aaaaaaa-linux-amd64'],
  ],
  [
    'a merge',
    (stage) => buildParts(stage, pushEvent({ sha: A })),
    ({ merge }) => merge(tagPushEvent({ sha: A, tag: 'v1.4.2' })),
    [...VERSION, ...PARTS],
  ],
])('%s that is killed at every step', async (_, before, run, tags) => {
  let kills = 0
  for (const arrives of [false, true])
    for (let at = 1; ; at += 1) {
      const stage = mortalStage({ at, arrives })
      const notes = stage.repository.addRelease('v1.4.2', { body: 'New things.' })
      await before(stage)
      if (!(await stage.die(() => run(stage, notes.id)))) break
      kills += 1
      const { outputs, error } = await run(stage, notes.id)
      const { digest = '' } = outputs
      const moment = `${arrives ? 'after' : 'before'} call ${at}`
      expect([moment, error]).toEqual([moment, undefined])
      const ours = tags.filter((tag) => !PARTS.includes(tag) || tags.length === 1)
      const places = ours.map((tag) => [tag, [...(stage.places.get(tag) ?? [])]])
      expect([moment, places]).toEqual([moment, ours.map((tag) => [tag, [digest]])])
      expect([moment, Object.keys(stage.tags()).sort()]).toEqual([moment, [...tags].sort()])
      const [text, block = '', ...more] = String(notes.body).split('<!-- image-release: ')
      expect([moment, text?.trim(), more]).toEqual([moment, 'New things.', []])
      expect([moment, block.includes(digest)]).toEqual([moment, ours.includes('1.4.2')])
    }
  expect(kills).toBeGreaterThan(10)
})
