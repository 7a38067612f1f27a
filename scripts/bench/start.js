// What it costs to start: time, memory, bytes; and the one decision that grows with a repository.
import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { compile, ROOT } from '../compile.js'
import { tagPushEvent } from '../stage/events.js'
import { alternate, measure, median, timed } from '../stage/measure.js'
import { actionProcess } from '../stage/runner.js'
import { measureAction, NODE, onStage } from './release.js'
import { show, showRow } from './table.js'

const MODULE = ['--input-type=module', '-e']
const PUBLISHED = 10_000

/** Beside a node that does nothing: the bundle loaded, and an action that asks nobody anything. */
export async function benchStart(rounds) {
  await onStage(async ({ app }) => {
    const event = tagPushEvent({ sha: app.sha, tag: 'v1.4.2' })
    const call = {
      action: 'tags',
      event,
      workspace: app.folder,
      inputs: { images: 'ghcr.io/acme/app' },
    }
    const load = `await import('${ROOT}/dist/index.js')`
    const sides = {
      'node -e 0': () => measure([NODE, '-e', '0']),
      'the bundle, loaded': () => measure([NODE, ...MODULE, load]),
      'the action tags': () => measureAction(call),
    }
    show('start', await alternate(sides, rounds), 'node -e 0')
    const staged = actionProcess(call)
    const bodies = {
      'node -e 0': '',
      'the bundle, loaded': load,
      'the action tags': `await import('${staged.main}')`,
    }
    for (const [side, body] of Object.entries(bodies))
      showRow('memory (RSS)', side, `${residentMegabytes(body, staged.environment, rounds)} MB`, '')
    staged.remove()
    showRow('dist', 'all files', `${folderBytes(`${ROOT}/dist`)} bytes`, '')
  })
}

/** Which of the tags 1.4 and 1 may move, among so many published ones. */
export async function benchDecision(rounds) {
  compile()
  const { holdBack } = await import('../../build/tags/floating.js')
  const { resolveTags } = await import('../../build/tags/resolve.js')
  const published = Array.from({ length: PUBLISHED }, (_, index) => `1.${index % 50}.${index}`)
  const { tags } = resolveTags(requestOf('v1.4.2'))
  const job = `decision among ${PUBLISHED} published tags`
  const ours = () => timed(() => holdBack({ tags, published }))
  showRow(job, 'ours, first time', `${(await ours()).wall.toFixed(1)}`, '')
  show(job, await alternate({ 'ours, warm': ours }, rounds), '')
}

function requestOf(tag) {
  const repository = { owner: 'acme', name: 'app', url: 'https://github.com/acme/app' }
  const revision = '860c1904a1ce19322e91ac35af1ab07466440c37'
  const event = {
    name: 'push',
    ref: `refs/tags/${tag}`,
    sha: revision,
    tag,
    revision,
    actor: '',
    repository,
    payload: {},
  }
  const plain = {
    rules: '',
    defaultRules: 'standard',
    flavor: '',
    variant: '',
    tagPrefix: '',
    channels: ['dev'],
  }
  const flags = {
    floating: true,
    allowLatest: false,
    allowEmpty: false,
    shaLength: 7,
    now: Date.now(),
  }
  return { ...plain, ...flags, event }
}

function residentMegabytes(body, env, rounds) {
  const told = `${body}; console.error(process.resourceUsage().maxRSS)`
  const sizes = Array.from({ length: rounds }, () => {
    const args = [NODE, ...MODULE, told]
    const script = '"$@" 2>&1 >/dev/null | tail -n 1'
    return Number(execFileSync('bash', ['-c', script, 'bash', ...args], { env })) / 1024
  })
  return median(sizes).toFixed(0)
}

function folderBytes(folder) {
  return readdirSync(folder, { recursive: true })
    .map((file) => statSync(`${folder}/${file}`))
    .reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0)
}
