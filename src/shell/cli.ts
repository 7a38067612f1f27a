// An operation as a command: inputs from flags, outputs as text or JSON on standard output, all
// else on standard error. Exit 1: failed; 2: wrong usage.
import { isReleaseError } from '../errors.ts'
import { parseEvent } from '../event/parse-event.ts'
import { loadInputs } from '../operations/load-inputs.ts'
import type { Operation } from '../operations/operation.ts'
import type { Environment, Log, Place } from '../ports.ts'
import { explain } from './action.ts'
import { type CliCall, parseArguments, renderHelp } from './cli-arguments.ts'
import { withCommitTime } from './commit-time.ts'
import { exec } from './exec.ts'
import { createFiles } from './files.ts'
import { foreignOutput } from './foreign.ts'
import { readLocalFacts } from './local-event.ts'
import { neutralise } from './neutralise.ts'
import { Secrets } from './secrets.ts'
import { createWorld, listenForStop, readEvent } from './world.ts'

/** Never rejects: a failure is told on standard error and in the exit code. */
export async function runCli(operations: readonly Operation[], args: readonly string[]) {
  const secrets = new Secrets()
  const complain = (text: string) => console.error(secrets.hide(neutralise(text)))
  try {
    const call = parseArguments(operations, args)
    if ('help' in call) console.log(renderHelp(operations, call.help))
    else await runCall(call, operations, secrets)
  } catch (error) {
    complain(explain(error))
    process.exitCode = isReleaseError(error, 'usage') ? 2 : 1
  }
}

async function runCall(call: CliCall, operations: readonly Operation[], secrets: Secrets) {
  const environment = process.env
  const files = createFiles(environment)
  const log = createCliLog(secrets, Boolean(environment['RUNNER_DEBUG']))
  const outputs = new Map<string, string>()
  const event = environment['GITHUB_EVENT_NAME']
    ? await readEvent(environment, files)
    : await readLocalEvent(environment, call, log)
  const world = createWorld({
    environment,
    event: await withCommitTime(event, exec),
    isCommandLine: true,
    files,
    log,
    signal: listenForStop(),
    output: (name, value) => outputs.set(name, secrets.hideInData(value)),
    summary: async () => {},
  })
  const token = environment['GITHUB_TOKEN'] || environment['GH_TOKEN']
  const given = (name: string) =>
    call.given.get(name) ?? (name === 'github-token' ? token : undefined)
  for (const [name, field] of Object.entries(call.operation.inputs))
    if (field.secret && given(name)) log.mask(given(name) ?? '')
  try {
    const { operation } = call
    await operation.run(await loadInputs({ operation, operations, given, world }), world)
  } finally {
    const text = render(outputs, call)
    if (outputs.size > 0 && text !== '') console.log(text)
  }
}

async function readLocalEvent(environment: Environment, call: CliCall, log: Log) {
  const local = await readLocalFacts(exec, environment)
  const { operation, given } = call
  const isOpen = 'version' in operation.inputs && !given.has('version')
  if (isOpen) for (const line of local.notices) log.notice(line)
  return parseEvent(local)
}

function render(outputs: ReadonlyMap<string, string>, { json, operation }: CliCall): string {
  if (json) return renderJson(outputs)
  const { printed = [...outputs.keys()] } = operation
  if (typeof printed !== 'string') return renderText(outputs, printed)
  const alone = outputs.get(printed)
  return alone === undefined ? renderText(outputs, [...outputs.keys()]) : neutralise(alone)
}

function renderJson(outputs: ReadonlyMap<string, string>): string {
  return JSON.stringify(Object.fromEntries(outputs), null, 2)
}

/** `name: value` lines, without what `--json` is for; several lines are indented below the name. */
function renderText(outputs: ReadonlyMap<string, string>, names: readonly string[]): string {
  return names
    .map((name) => [name, outputs.get(name) ?? ''] as const)
    .filter(([name, value]) => value !== '' && name !== 'json' && name !== 'plan')
    .map(([name, value]) =>
      value.includes('\n')
        ? `${name}:\n${neutralise(value).replace(/^/gm, '  ')}`
        : `${name}: ${neutralise(value)}`,
    )
    .join('\n')
}

function shown({ file, line, column }: Place): string {
  return `${file}:${line}:${column === undefined ? '' : `${column}:`} `
}

function createCliLog(secrets: Secrets, isDebug: boolean): Log {
  const say = (text: string) => console.error(secrets.hide(neutralise(text)))
  return {
    info: say,
    notice: (text, place) => say(`Notice: ${place ? shown(place) : ''}${text}`),
    warning: (text, place) => say(`Warning: ${place ? shown(place) : ''}${text}`),
    error: (text, place) => say(`Error: ${shown(place)}${text}`),
    debug: (text) => isDebug && say(text),
    mask: (secret) => secrets.add(secret),
    hide: (text) => secrets.hide(text),
    group(title, body) {
      say(title)
      return body()
    },
    async foreign(body) {
      const output = foreignOutput(process.stderr, secrets)
      try {
        return await body(output.write)
      } finally {
        output.end()
      }
    },
  }
}
