// An operation as a GitHub action: inputs from INPUT_*, outputs to GITHUB_OUTPUT, failure as an
// annotation and exit code 1.
import { isReleaseError, messageOf } from '../errors.ts'
import { loadInputs } from '../operations/load-inputs.ts'
import type { Operation, World } from '../operations/operation.ts'
import type { Log } from '../ports.ts'
import { createActionLog, type Toolkit } from './action-log.ts'
import { withCommitTime } from './commit-time.ts'
import { exec } from './exec.ts'
import { createFiles } from './files.ts'
import { neutralise } from './neutralise.ts'
import { Secrets } from './secrets.ts'
import { createWorld, listenForStop, readEvent } from './world.ts'

/** Never rejects: a failure sets the exit code and says what happened and what to do next. */
export async function runAction(
  operation: Operation,
  operations: readonly Operation[],
): Promise<void> {
  // Loaded here, since the command line has no use for it and it takes as long as all the rest.
  const core = await import('@actions/core')
  const secrets = new Secrets()
  const log = createActionLog(core, secrets)
  try {
    const given = (name: string) => process.env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`]
    for (const [name, field] of Object.entries(operation.inputs))
      if (field.secret && given(name)) log.mask(given(name) ?? '')
    const environment = process.env
    const files = createFiles(environment)
    const event = await readEvent(environment, files)
    const signal = listenForStop()
    const output: World['output'] = (name, value) => core.setOutput(name, secrets.hideInData(value))
    const summary = (markdown: string) => writeSummary(core, log, secrets.hide(markdown))
    const world = createWorld({
      environment,
      event: await withCommitTime(event, exec),
      isCommandLine: false,
      files,
      log,
      signal,
      output,
      summary,
    })
    await operation.run(await loadInputs({ operation, operations, given, world }), world)
  } catch (error) {
    core.setFailed(secrets.hide(neutralise(explain(error))))
  }
}

/** What was done stands, and what failed says why, also where that page cannot be written. */
async function writeSummary(core: Toolkit, log: Log, markdown: string): Promise<void> {
  if (!process.env['GITHUB_STEP_SUMMARY']) return
  try {
    await core.summary.addRaw(markdown, true).write()
  } catch (error) {
    log.warning(`No step summary: ${messageOf(error)}`)
  }
}

/** What happened and the next act; for a fault of ours also where, so that it can be reported. */
export function explain(error: unknown): string {
  if (isReleaseError(error)) return error.hint ? `${error.message}\n${error.hint}` : error.message
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `image-release failed in a way it should not; please report this.\n${trace}`
}
