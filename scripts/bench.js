// Prints what the action costs beside the bare commands it stands for: medians of alternating runs.
// `npm run bench -- --rounds 15`
import { readdirSync, statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ROOT } from './compile.js'
import { tagPushEvent } from './stage/events.js'
import { alternate, describeMachine, measure } from './stage/measure.js'
import { startRegistry } from './stage/registry.js'
import { actionProcess } from './stage/runner.js'
import { createSampleApp } from './stage/sample-app.js'

const PLATFORMS = 'linux/amd64,linux/arm64'
const NODE = process.env.ACTION_NODE || process.execPath

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } })
const rounds = Number(values.rounds)

console.log(describeMachine())
console.log(`Medians of ${rounds} alternating runs, milliseconds: wall (CPU)\n`)
await benchRelease()
benchStart()
console.log(`dist: ${folderBytes(`${ROOT}/dist`)} bytes`)

/** A tag push without release notes: two cached platforms, four tags, a new repository each time. */
async function benchRelease() {
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
    const result = alternate({ bare, action }, rounds)
    show('release, 4 tags', result, 'bare')
  } finally {
    app.remove()
    await registry.stop()
  }
}

/** The bundle loaded and nothing done, beside a node that does nothing. */
function benchStart() {
  const load = ['--input-type=module', '-e', `await import('${ROOT}/dist/index.js')`]
  const result = alternate(
    { node: () => measure([NODE, '-e', '0']), bundle: () => measure([NODE, ...load]) },
    rounds,
  )
  show('start', result, 'node')
}

function show(job, sides, base) {
  for (const [name, { wall, cpu }] of Object.entries(sides)) {
    const more = name === base ? '' : beside({ wall, cpu }, sides[base])
    console.log(`${job.padEnd(18)}${name.padEnd(10)}${wall.toFixed(0)} (${cpu.toFixed(0)})${more}`)
  }
}

function beside({ wall, cpu }, base) {
  const [more, moreCpu] = [wall - base.wall, cpu - base.cpu]
  return `   ${signed(more)} (${signed(moreCpu)}), ${(wall / base.wall).toFixed(2)} times`
}

function signed(number) {
  return `${number < 0 ? '' : '+'}${number.toFixed(0)}`
}

function folderBytes(folder) {
  return readdirSync(folder, { recursive: true })
    .map((file) => statSync(`${folder}/${file}`))
    .reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0)
}
