// What people and later steps are told: annotations, outputs, the summary, the SARIF file.
import type { HandedOver } from '../../github/hand-over.ts'
import { type PinSummary, renderPinSummary } from '../../notes/pin-summary.ts'
import { renderDiff } from '../../pinning/diff.ts'
import type { Finding } from '../../pinning/policy.ts'
import { renderSarif } from '../../pinning/sarif.ts'
import type { World } from '../operation.ts'
import { workspaceOf } from '../world.ts'
import type { Gathered } from './gather.ts'
import type { PIN_OUTPUTS, PinInputs } from './inputs.ts'
import { rowsOf, type WritePlan } from './plan.ts'

/** Of every kind; a runner shows ten of each and drops the rest. */
const MAX_ANNOTATIONS = 100

/** An output may have 1 MiB. */
const MAX_OUTPUT_CHARACTERS = 900_000

export class PinReport {
  /** Of the planned change, whole. */
  diff = ''
  private readonly inputs: PinInputs
  private readonly world: World
  private summary: PinSummary = {
    title: 'Nothing was pinned',
    changes: [],
    findings: [],
    ignored: 0,
  }

  constructor(inputs: PinInputs, world: World) {
    this.inputs = inputs
    this.world = world
  }

  /** Check mode: everything there is to say. */
  async checked(found: readonly Finding[], gathered: Gathered): Promise<void> {
    const findings = await this.tell(found, gathered)
    const count = gathered.sightings.filter(({ obstacle }) => obstacle !== 'broken').length
    const title =
      findings.length === 0
        ? `${amount(count, 'reference')}, all in order`
        : `${amount(count, 'reference')}, ${amount(findings.length, 'finding')}`
    this.world.log.info(`${title}; ${gathered.ignored} ignored`)
    this.summary = { ...this.summary, title, findings, ignored: gathered.ignored }
    this.set('changed', '0')
  }

  /** Write mode: before anything is written. */
  async planned({ changes, findings, found }: WritePlan, gathered: Gathered): Promise<void> {
    const { log } = this.world
    const told = await this.tell(findings, gathered)
    if (found === 0) log.notice('No file mentions the images; see the input "images"')
    this.diff = renderDiff(changes)
    const rows = rowsOf(changes)
    for (const { file, line, from, to } of rows) log.info(`${file}:${line}: ${from} -> ${to}`)
    const verb = this.inputs['dry-run'] ? 'would be pinned' : 'pinned'
    this.summary = {
      title: `${amount(rows.length, 'reference')} ${verb}`,
      changes: rows,
      findings: told,
      ignored: gathered.ignored,
    }
    this.set('diff', capped(this.diff))
    if (this.inputs['dry-run']) this.wouldBe(changes)
  }

  private wouldBe(changes: WritePlan['changes']): void {
    const replaced = changes.map(({ path, replaced }) => ({ path, replaced }))
    this.world.log.info(this.diff)
    this.set('plan', capped(JSON.stringify({ changes: replaced })))
    this.counted(changes)
  }

  /** The files are written. */
  written({ changes }: WritePlan): void {
    this.counted(changes)
  }

  private counted(changes: WritePlan['changes']): void {
    this.set('changed', String(rowsOf(changes).length))
    this.set('files', changes.map(({ path }) => path).join('\n'))
  }

  committed(sha: string): void {
    this.set('commit-sha', sha)
  }

  handedOver({ commitSha, pullRequest }: HandedOver): void {
    if (commitSha === undefined) {
      this.world.log.info('The base branch holds the change already')
      this.committed('')
    }
    this.set('pull-request-number', String(pullRequest?.number ?? ''))
    this.set('pull-request-url', pullRequest?.url ?? '')
  }

  /** Writes the summary; to be called once, at whichever end. */
  async finish(): Promise<void> {
    await this.world.summary(renderPinSummary(this.summary))
  }

  private async tell(found: readonly Finding[], { unread, ignored }: Gathered) {
    const findings = [...found, ...unread.map(unreadFinding)]
    for (const finding of findings.slice(0, MAX_ANNOTATIONS)) this.annotate(finding)
    this.set('findings', capped(JSON.stringify(findings)))
    this.set('ignored', String(ignored))
    const { sarif } = this.inputs
    if (sarif !== undefined && !this.inputs['dry-run'])
      await this.world.files.write(`${workspaceOf(this.world)}/${sarif}`, renderSarif(findings))
    return findings
  }

  private annotate({ file, line, column, severity, rule, message }: Finding): void {
    const { log } = this.world
    const text = `${message} (${rule})`
    const place = { file, line, column }
    if (severity === 'error') log.error(text, place)
    else if (severity === 'warning') log.warning(text, place)
    else log.notice(text, place)
  }

  private set(name: keyof typeof PIN_OUTPUTS, value: string): void {
    this.world.output(name, value)
  }
}

function unreadFinding({ path, why }: Gathered['unread'][number]): Finding {
  const message = `${path} was not read: ${why}`
  return {
    file: path,
    line: 1,
    column: 1,
    endLine: 1,
    endColumn: 1,
    rule: 'not-checked',
    severity: 'warning',
    image: '',
    message,
  }
}

function amount(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function capped(text: string): string {
  return text.length > MAX_OUTPUT_CHARACTERS ? '' : text
}
