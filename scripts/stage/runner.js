// Runs an action the way a runner does: action.yml tells the entry, inputs come as INPUT_*, the
// event as GITHUB_* and a payload file, outputs and summary go to files.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/**
 * @typedef {object} ActionCall
 * @property {string} [action] Folder of the action, from the repository's root. Default: the root.
 * @property {Readonly<Record<string, string>>} [inputs]
 * @property {import('./events.js').StagedEvent} event
 * @property {string} workspace
 * @property {Readonly<Record<string, string>>} [environment] Added to the runner's own.
 * @property {string} [apiUrl] Of the GitHub to talk to.
 * @property {boolean} [live] Show output as it comes.
 * @property {(text: string) => void} [watch] Gets output as it comes.
 * @property {AbortSignal} [signal] Ends the process with SIGTERM.
 * @typedef {object} ActionResult
 * @property {number | null} code
 * @property {string} log Standard output and error, as they came.
 * @property {Record<string, string>} outputs
 * @property {string} summary
 * @property {readonly WorkflowCommand[]} commands In the log, that a runner would obey.
 * @typedef {{ name: string, text: string }} WorkflowCommand
 */

/**
 * What a runner would start, for whoever starts it himself; `remove` the files it left behind.
 * @param {Omit<ActionCall, 'live' | 'signal'>} call
 */
export function actionProcess(call) {
  const folder = mkdtempSync(join(tmpdir(), 'image-release-run-'))
  const file = (/** @type {string} */ name, content = '') => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const place = join(ROOT, call.action ?? '', 'action.yml')
  const action = parse(readFileSync(place, 'utf8'))
  return {
    main: resolve(dirname(place), action.runs.main),
    environment: {
      ...machineEnvironment(),
      ...inputEnvironment(action.inputs, call.inputs ?? {}),
      ...call.event.environment,
      GITHUB_EVENT_PATH: file('event.json', JSON.stringify(call.event.payload)),
      GITHUB_OUTPUT: file('output'),
      GITHUB_STEP_SUMMARY: file('summary'),
      GITHUB_WORKSPACE: call.workspace,
      GITHUB_API_URL: call.apiUrl ?? 'http://127.0.0.1:9',
      RUNNER_TEMP: folder,
      RUNNER_ARCH: 'X64',
      ...call.environment,
    },
    outputs: () => parseOutputs(readFileSync(join(folder, 'output'), 'utf8')),
    summary: () => readFileSync(join(folder, 'summary'), 'utf8'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/**
 * The node that runs it is ACTION_NODE, or the one that runs this.
 * @param {ActionCall} call
 * @returns {Promise<ActionResult>}
 */
export async function runAction(call) {
  const staged = actionProcess(call)
  try {
    const { code, log } = await runNode(staged.main, staged.environment, call)
    const [outputs, summary] = [staged.outputs(), staged.summary()]
    return { code, log, outputs, summary, commands: parseCommands(log) }
  } finally {
    staged.remove()
  }
}

/**
 * The command line, on a machine that is no runner: `environment` is added to what is not GitHub's.
 * @param {readonly string[]} args
 * @param {{ cwd: string, environment?: Readonly<Record<string, string>> }} place
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>}
 */
export function runCli(args, { cwd, environment }) {
  return new Promise((done, reject) => {
    const env = { ...machineEnvironment(), ...environment }
    const child = spawn(process.execPath, [join(ROOT, 'dist/cli.js'), ...args], { cwd, env })
    const said = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text) => (said.stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (said.stderr += text))
    child.once('error', reject)
    child.once('close', (code) => done({ code, ...said }))
  })
}

/** Lines for the runner alone, which it does not show. */
const COMMANDS = /^::(?:add-mask::.*|stop-commands::.*|[0-9a-f]{32}::)\n/gm

/** What of this machine a runner would have: nothing of another workflow's. */
function machineEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(GITHUB_|INPUT_|RUNNER_|ACTIONS_)/.test(name),
    ),
  )
}

/**
 * @param {Record<string, { default?: string }>} declared
 * @param {Readonly<Record<string, string>>} given
 */
function inputEnvironment(declared, given) {
  for (const name of Object.keys(given))
    if (!(name in declared)) throw new Error(`The action has no input ${name}`)
  return Object.fromEntries(
    Object.entries(declared).map(([name, { default: standard = '' }]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      given[name] ?? standard.replace('${{ github.token }}', 'token-of-the-run'),
    ]),
  )
}

/**
 * @param {string} main
 * @param {NodeJS.ProcessEnv} env
 * @param {ActionCall} call
 * @returns {Promise<{ code: number | null, log: string }>}
 */
function runNode(main, env, { workspace, live, watch, signal }) {
  return new Promise((done, reject) => {
    const node = process.env['ACTION_NODE'] || process.execPath
    const child = spawn(node, [main], { cwd: workspace, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let log = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        log += text
        watch?.(text)
        if (live) process.stdout.write(text.replace(COMMANDS, ''))
      })
    signal?.addEventListener('abort', () => child.kill('SIGTERM'))
    child.once('error', reject)
    child.once('close', (code) => done({ code, log }))
  })
}

/**
 * The file of GITHUB_OUTPUT: `name=value`, or `name<<END`, lines, `END`.
 * @param {string} text
 * @returns {Record<string, string>}
 */
function parseOutputs(text) {
  /** @type {Record<string, string>} */
  const outputs = {}
  for (const match of text.matchAll(/^([^=\n]+?)(?:=(.*)|<<(.*)\n([\s\S]*?)\n\3)$/gm)) {
    const [, name = '', value, , lines] = match
    outputs[name] = value ?? lines ?? ''
  }
  return outputs
}

/**
 * `::name properties::text` at a line's start and `##[name]text` anywhere in it, but for those
 * between stop-commands and its token (actions/runner, ActionCommand.cs and
 * ActionCommandManager.cs).
 * @param {string} log
 */
function parseCommands(log) {
  /** @type {WorkflowCommand[]} */
  const commands = []
  let resumedBy = ''
  for (const line of log.split(/\r\n|[\r\n]/)) {
    const [, name = '', text = ''] =
      /^\s*::([^\s:]+)(?: .*?)?::(.*)$/.exec(line) ?? /##\[([^\s\]]+)[^\]]*\](.*)$/.exec(line) ?? []
    if (resumedBy !== '') resumedBy = name === resumedBy ? '' : resumedBy
    else if (name === 'stop-commands') resumedBy = text
    else if (name !== '') commands.push({ name, text: unescapeData(text) })
  }
  return commands
}

/** @param {string} text */
function unescapeData(text) {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
}
