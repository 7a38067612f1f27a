// Plays a workflow as it stands in its file: jobs in their order, matrices, conditions, and of the
// steps our actions (through action.yml, from dist/) and scripts. Other actions are not run; what
// they would have been given is told. Expressions are paths, and comparisons of a path with a text.
import { spawnSync } from 'node:child_process'
import { expect } from '@jest/globals'
import type { StagedEvent } from '../../scripts/stage/events.js'
import type { ActionResult } from '../../scripts/stage/runner.js'
import { folderOf, type Job, parseWorkflow, type Step, type Workflow } from '../workflow-rules.ts'
import { type App, expectSuccess, type Stage } from './stage.ts'

export interface Play {
  readonly app: App
  readonly event: StagedEvent
  /** Of a dispatch. */
  readonly inputs?: Readonly<Record<string, string>>
}

export interface Played {
  /** Of our actions, in the order they ran. */
  readonly results: readonly ActionResult[]
  /** Actions of others: what each would have been given, with its name before the `@`. */
  readonly others: readonly {
    readonly action: string
    readonly with: Readonly<Record<string, string>>
  }[]
}

type Context = Readonly<Record<string, unknown>>

/** Fails the test where a step fails, but for the last of our actions in a play that `mayFail`. */
export async function playWorkflow(
  stage: Stage,
  text: string,
  { app, event, inputs = {}, mayFail = false }: Play & { readonly mayFail?: boolean },
): Promise<Played> {
  const player = new Player(stage, parseWorkflow(text), { app, event, inputs })
  await player.play()
  const { results } = player
  for (const result of mayFail ? results.slice(0, -1) : results) expectSuccess(result)
  // Node's own warnings are none of a reader's business.
  for (const { log } of results) expect(log).not.toMatch(/^\(node:\d+\)/m)
  return player
}

/**
 * Names of the documentation become the stage's: its registry, and an image that nobody else has.
 */
export function staged(text: string, { image }: Pick<App, 'image'>): string {
  return text.replace(/ghcr\.io\/acme\/([\w-]+)/g, (_, name) =>
    name === 'app' ? image : `${image}-${name}`,
  )
}

class Player implements Played {
  readonly results: ActionResult[] = []
  readonly others: { action: string; with: Readonly<Record<string, string>> }[] = []
  private readonly needs: Record<string, { outputs: Record<string, string> }> = {}
  private readonly stage: Stage
  private readonly workflow: Workflow
  private readonly plays: Required<Play>

  constructor(stage: Stage, workflow: Workflow, play: Required<Play>) {
    this.stage = stage
    this.workflow = workflow
    this.plays = play
  }

  async play(): Promise<void> {
    const { event, inputs } = this.plays
    const { GITHUB_REF: ref, GITHUB_SHA: sha, GITHUB_ACTOR: actor } = event.environment
    const github = { event: event.payload, ref, sha, actor, token: 'a token' }
    // The files list each job after those it needs.
    for (const [id, job] of Object.entries(this.workflow.jobs))
      for (const matrix of matrixOf(job))
        await this.playJob([id, job], { github, inputs, matrix, needs: this.needs })
  }

  private async playJob([id, job]: [string, Job], outer: Context): Promise<void> {
    if (!isMet(job.if, outer)) return
    // A token that may what the job's may, so that a permission too few is found.
    const scopes = Object.entries(job.permissions ?? {}).map(
      ([scope, level]) => `${scope}: ${level}`,
    )
    this.stage.github.addToken(`token-of-${id}-${this.plays.app.image}`, scopes)
    const steps: Record<string, { outputs: Record<string, string> }> = {}
    const context = { ...outer, steps }
    for (const step of job.steps) {
      const outputs = isMet(step.if, context) ? await this.playStep(id, step, context) : {}
      if (step.id) steps[step.id] = { outputs }
    }
    this.needs[id] = { outputs: fill(job.outputs, context) }
  }

  private async playStep(
    id: string,
    step: Step,
    context: Context,
  ): Promise<Record<string, string>> {
    const { app, event } = this.plays
    const given = fill(step.with, context)
    if (step.run !== undefined) runScript(step.run, fill(step.env, context), app.folder)
    const action = folderOf(step.uses)
    if (action === undefined) {
      if (step.uses) this.others.push({ action: step.uses.split('@')[0] ?? '', with: given })
      return {}
    }
    const isNamed = action === 'record-run' || 'section' in given
    const inputs = {
      ...(isNamed ? {} : { images: app.image }),
      ...given,
      'github-token': `token-of-${id}-${app.image}`,
    }
    const result = await app.run({ action, event, inputs })
    this.results.push(result)
    return result.outputs
  }
}

/** The combinations of a job's matrix; of one without, a single empty one. */
function matrixOf({ strategy }: Job): readonly Context[] {
  const { include, ...axes } = strategy?.matrix ?? {}
  const combined = Object.entries(axes).reduce<Context[]>(
    (made, [name, values]) =>
      made.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  )
  return (include as readonly Context[] | undefined) ?? combined
}

function fill(
  values: Readonly<Record<string, unknown>> | undefined,
  context: Context,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([name, value]) => [
      name,
      String(value).replace(/\$\{\{ (.+?) \}\}/g, (_, path) => lookUp(path, context)),
    ]),
  )
}

function lookUp(path: string, context: Context): string {
  const value = path
    .split('.')
    .reduce<unknown>((at, name) => (at as Context | undefined)?.[name], context)
  if (value === undefined) throw new Error(`Nothing is known of ${path}`)
  return String(value)
}

function isMet(condition: string | undefined, context: Context): boolean {
  if (condition === undefined || condition === 'always()') return true
  const [, path = '', operator, text] = /^([\w.-]+) (==|!=) '(.*)'$/.exec(condition) ?? []
  if (!operator) throw new Error(`Cannot read the condition ${condition}`)
  return (lookUp(path, context) === text) === (operator === '==')
}

function runScript(script: string, env: Readonly<Record<string, string>>, cwd: string): void {
  const options = { cwd, env: { ...process.env, ...env }, encoding: 'utf8' } as const
  const { status, stderr } = spawnSync('bash', ['-e', '-c', script], options)
  if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr}`)
}
