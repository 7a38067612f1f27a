// The action beside the bare `docker buildx build --push` it stands for, and merge beside
// imagetools.
import { execFileSync } from 'node:child_process'
import { pushEvent, tagPushEvent } from '../stage/events.js'
import { alternate, measure } from '../stage/measure.js'
import { startRegistry } from '../stage/registry.js'
import { actionProcess, runAction } from '../stage/runner.js'
import { createSampleApp } from '../stage/sample-app.js'
import { openLink } from './link.js'
import { show } from './table.js'

const PLATFORMS = ['linux/amd64', 'linux/arm64']
export const NODE = process.env.ACTION_NODE || process.execPath
const MANY = 40

/** An action as a process, measured. */
export function measureAction(call) {
  const staged = actionProcess(call)
  try {
    return measure([NODE, staged.main], { cwd: call.workspace, env: staged.environment })
  } finally {
    staged.remove()
  }
}

/**
 * A tag push without release notes: two cached platforms, four tags, a new repository each time.
 */
export async function benchRelease(rounds) {
  await onStage(async ({ app, host }) => {
    const tags = ['1.4.2', '1.4', '1', `git-${app.sha.slice(0, 7)}`]
    const inputs = { 'release-notes': 'false' }
    const sides = releaseSides({ app, host, tags, inputs, job: 'four' })
    show('release, 4 tags', await alternate(sides, rounds), 'docker buildx')
  })
}

/** Forty tags, also over a link of 50 ms a round trip. */
export async function benchManyTags(rounds) {
  await onStage(async ({ app, host }) => {
    const names = Array.from({ length: MANY }, (_, index) => `t${index}`)
    const rules = [...names.map((name) => `type=raw,value=${name}`), 'type=standard,only=git']
    const tags = [...names, `git-${app.sha.slice(0, 7)}`]
    for (const roundTrip of [0, 50]) {
      const link = await openLink(host, roundTrip)
      const inputs = { 'release-notes': 'false', tags: rules.join('\n') }
      const stage = { app, host: link.host, tags }
      const one = { ...inputs, tags: 'type=standard,only=git' }
      const sides = {
        ...releaseSides({ ...stage, inputs, job: `many-${roundTrip}` }),
        'the action, one tag': releaseSides({ ...stage, inputs: one, job: `one-${roundTrip}` })[
          'the action'
        ],
      }
      const often = roundTrip > 0 ? third(third(rounds)) : third(rounds)
      const measures = await alternate(sides, often)
      show(`release, ${MANY} tags, ${roundTrip} ms a round trip`, measures, 'docker buildx')
      link.close()
    }
  })
}

function releaseSides({ app, host, tags, inputs, job }) {
  const bare = (round) => {
    const names = tags.flatMap((tag) => ['-t', `${host}/bare-${job}-${round}:${tag}`])
    const args = ['buildx', 'build', '--platform', PLATFORMS.join(), '--push', ...names, '.']
    return measure(['docker', ...args], { cwd: app.folder })
  }
  const action = (round) =>
    measureAction({
      inputs: { ...inputs, images: `${host}/action-${job}-${round}`, platforms: PLATFORMS.join() },
      event: tagPushEvent({ sha: app.sha, tag: 'v1.4.2' }),
      workspace: app.folder,
    })
  bare('warm')
  action('warm')
  return { 'docker buildx': bare, 'the action': action }
}

/** Two parts into an index under four tags. */
export async function benchMerge(rounds) {
  await onStage(async ({ app, host }) => {
    const images = `${host}/parts`
    const event = pushEvent({ sha: app.sha })
    const call = { event, workspace: app.folder }
    for (const platforms of PLATFORMS)
      await runAction({ ...call, inputs: { images, platforms, part: 'true' } })
    const part = (architecture) => `${images}:git-${app.sha.slice(0, 7)}-linux-${architecture}`
    const names = (side, round) => [0, 1, 2, 3].map((tag) => `${side}-${round}-${tag}`)
    const imagetools = (round) => {
      const tags = names('imagetools', round).flatMap((tag) => ['-t', `${images}:${tag}`])
      const args = ['buildx', 'imagetools', 'create', ...tags, part('amd64'), part('arm64')]
      return measure(['docker', ...args])
    }
    const action = (round) => {
      const tags = names('ours', round).map((tag) => `type=raw,value=${tag}`)
      const inputs = { images, platforms: PLATFORMS.join(), tags: tags.join('\n') }
      return measureAction({ ...call, action: 'merge', inputs })
    }
    const sides = { 'docker buildx imagetools create': imagetools, 'the action': action }
    show(
      'merge, 2 parts, 4 tags',
      await alternate(sides, rounds),
      'docker buildx imagetools create',
    )
  })
}

/** What is slow gets fewer rounds. */
export function third(rounds) {
  return Math.max(1, Math.round(rounds / 3))
}

/** A registry and an application with one commit, for as long as `play` takes. */
export async function onStage(play) {
  const registry = await startRegistry()
  const app = createSampleApp()
  try {
    await play({ host: registry.host, app: { ...app, sha: app.commit() } })
  } finally {
    app.remove()
    await registry.stop()
  }
}

export function pushImage(folder, reference) {
  const args = ['--platform', PLATFORMS.join(), '--push', '-t', reference, '.']
  execFileSync('docker', ['buildx', 'build', ...args], { cwd: folder, stdio: 'ignore' })
}
