// Which digest is and was in which channel and release, and where ledger, notes, registry and files
// disagree. Reads; the only thing it writes is the page it is asked for.
import { ReleaseError } from '../errors.ts'
import { renderAuditPage } from '../notes/audit-page.ts'
import type { AuditReport } from '../notes/audit-report.ts'
import { renderAuditSummary } from '../notes/audit-summary.ts'
import { renderAuditText } from '../notes/audit-text.ts'
import { auditOf } from './audit/audit-of.ts'
import { gather } from './audit/gather.ts'
import { AUDIT_INPUTS, AUDIT_OUTPUTS, type AuditInputs } from './audit/inputs.ts'
import { defineOperation, type World } from './operation.ts'

export const audit = defineOperation({
  name: 'audit',
  title: 'image-release audit',
  summary:
    'Tell which digest is and was in each channel and release, since when and by whose run, and where tags, records and files disagree.',
  inputs: AUDIT_INPUTS,
  outputs: AUDIT_OUTPUTS,
  permissions: [
    { scope: 'contents: read', why: 'the releases and their notes' },
    { scope: 'deployments: read', why: 'the ledger' },
    { scope: 'packages: read', why: 'tags of private packages of ghcr.io' },
  ],
  printed: 'text',
  run,
})

/** Throws `drift` where anything disagrees and `fail-on` says so; all outputs are set by then. */
async function run(inputs: AuditInputs, world: World): Promise<void> {
  const report = auditOf(await gather(inputs, world))
  setOutputs(report, world)
  if (!world.isCommandLine) world.log.info(renderAuditText(report))
  await world.summary(renderAuditSummary(report))
  await writePage(report, inputs, world)
  if (inputs['fail-on'] === 'drift') refuseDrift(report)
}

function setOutputs(report: AuditReport, { output }: World): void {
  output('drift', String(report.drift.length > 0))
  output('last', JSON.stringify(lastOf(report)))
  output('text', renderAuditText(report))
  output('json', JSON.stringify(report))
}

/** Channel to `name@digest`; a channel in which nothing is known to be is left out. */
function lastOf({ images: [first] }: AuditReport): Readonly<Record<string, string>> {
  const { image = '', channels = [] } = first ?? {}
  return Object.fromEntries(
    channels.flatMap(({ channel, digest }) => (digest ? [[channel, `${image}@${digest}`]] : [])),
  )
}

async function writePage(report: AuditReport, inputs: AuditInputs, world: World): Promise<void> {
  const { html: path, 'dry-run': isDry } = inputs
  if (isDry) world.output('plan', JSON.stringify({ html: path ?? null }))
  if (path === undefined || isDry) return
  const root = world.environment['GITHUB_WORKSPACE']
  const place = root && !path.startsWith('/') ? `${root}/${path}` : path
  await world.files.write(place, renderAuditPage(report))
  world.log.info(`The page is in ${path}`)
}

function refuseDrift({ drift }: AuditReport): void {
  const [first] = drift
  if (!first) return
  const more = drift.length > 1 ? ` (and ${drift.length - 1} more)` : ''
  throw new ReleaseError('drift', `${first.message}${more}`, {
    hint: 'Promote or roll back so that all agree, or leave out "fail-on".',
  })
}
