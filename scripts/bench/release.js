// The action beside the bare `docker buildx build --push` it stands for, and what starting it costs.
import { readdirSync, statSync } from 'node:fs'
import { ROOT } from '../compile.js'
import { tagPushEvent } from '../stage/events.js'
import { alternate, measure } from '../stage/measure.js'
import { startRegistry } from '../stage/registry.js'
import { actionProcess } from '../stage/runner.js'
import { createSampleApp } from '../stage/sample-app.js'
import { show } from './table.js'

const PLATFORMS = 'linux/amd64,linux/arm64'
const NODE = process.env.ACTION_NODE || process.execPath

/** A tag push without release notes: two cached platforms, four tags, a new repository each time. */
export async function benchRelease(rounds) {
  const registry = await startRegistry()
  const app = createSampleApp()
  const sha = app.commit()
  const tags = ['1.4.2', '1.4', '1', `git-${sha.slice(0, 7)}`]
  const bare = (round) => {
    const names = tags.flatMap((tag) => ['-t', `${registry.host}/bare-${round}:${tag}`])
    const args = ['buildx', 'build', '--platform', PLATFORMS, '--push', ...names, '.']
    return measure(['docker', ...args], { cwd: app.folder })
  }
  const action = (round) => {
    const call = actionProcess({
      inputs: {
        images: `${registry.host}/action-${round}`,
        platforms: PLATFORMS,
        'release-notes': 'false',
      },
      event: tagPushEvent({ sha, tag: 'v1.4.2' }),
      workspace: app.folder,
    })
    try {
      return measure([NODE, call.main], { cwd: app.folder, env: call.environment })
    } finally {
      call.remove()
    }
  }
  try {
    bare('warm')
    action('warm')
    show('release, 4 tags', alternate({ 'docker buildx': bare, action }, rounds), 'docker buildx')
  } finally {
    app.remove()
    await registry.stop()
  }
}

/** The bundle loaded and nothing done, beside a node that does nothing. */
export function benchStart(rounds) {
  const load = ['--input-type=module', '-e', `await import('${ROOT}/dist/index.js')`]
  const sides = {
    'node -e 0': () => measure([NODE, '-e', '0']),
    bundle: () => measure([NODE, ...load]),
  }
  show('start', alternate(sides, rounds), 'node -e 0')
  console.log(`${'dist'.padEnd(34)}${folderBytes(`${ROOT}/dist`)} bytes`)
}

function folderBytes(folder) {
  return readdirSync(folder, { recursive: true })
    .map((file) => statSync(`${folder}/${file}`))
    .reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0)
}
