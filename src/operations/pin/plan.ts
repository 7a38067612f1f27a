// What a run will change, and what it says of images it leaves alone. Pure.
import type { PinSummary } from '../../notes/pin-summary.ts'
import { formatReference, type Reference } from '../../oci/reference.ts'
import { type Mention, type Pin, REASONS, readReference } from '../../pinning/mention.ts'
import { type FileChange, planFile, type Refusal } from '../../pinning/pin-files.ts'
import {
  type Finding,
  findingOf,
  type Known,
  type Rule,
  type Severities,
} from '../../pinning/policy.ts'
import type { Sighting } from '../../pinning/sighting.ts'
import type { Gathered, Selects } from './gather.ts'
import type { PinInputs } from './inputs.ts'
import { questionOf } from './resolve.ts'

export interface WritePlan {
  readonly changes: readonly FileChange[]
  readonly findings: readonly Finding[]
  /** How often the images are mentioned at all. */
  readonly found: number
}

export interface Resolved {
  /** By the reference in full. */
  readonly pins: ReadonlyMap<string, Pin>
  readonly known: ReadonlyMap<string, Known>
}

export function planWrite(
  inputs: Pick<PinInputs, 'digest' | 'tag' | 'refresh' | 'offline'>,
  { sightings, scans }: Pick<Gathered, 'sightings' | 'scans'>,
  { selects, resolved }: { readonly selects: Selects; readonly resolved: Resolved },
): WritePlan {
  const pinOf = (reference: Reference): Pin | undefined => {
    if (!selects(reference)) return undefined
    const { digest, tag } = inputs
    if (digest) return reference.digest === digest && !tag ? undefined : { digest, tag }
    if (reference.digest && !inputs.refresh) return undefined
    return resolved.pins.get(formatReference(reference))
  }
  const choose = ({ reference, tagFrom }: Mention) =>
    reference && (inputs.digest || !tagFrom) ? pinOf(reference) : undefined
  const plans = scans.map((scan) => planFile(scan, choose))
  const left = plans.flatMap(({ refusals }) => refusals)
  return {
    changes: plans.flatMap(({ changes }) => changes),
    findings: [
      ...left.map(leftAlone),
      ...sightings.flatMap((sighting) => {
        const said = complaint(sighting, { selects, resolved, ...inputs })
        return said ? (findingOf(sighting, { ...said, severities: NONE }) ?? []) : []
      }),
    ],
    found: sightings.filter(({ reference }) => reference && selects(reference)).length,
  }
}

/** Every replacement, for people. */
export function rowsOf(changes: WritePlan['changes']): PinSummary['changes'] {
  return changes.flatMap(({ path, replaced }) =>
    replaced.map(({ line, from, to }) => ({ file: path, line, from, to })),
  )
}

const NONE: Severities = new Map()

function leftAlone({ path, why, ...place }: Refusal): Finding {
  const message = `${place.image} is left alone: ${why}`
  return { file: path, ...place, rule: 'not-pinned', severity: 'warning', message }
}

interface Asked extends Pick<PinInputs, 'digest' | 'refresh' | 'offline'> {
  readonly selects: Selects
  readonly resolved: Resolved
}

/** Why one of our images stays as it is. */
function complaint(sighting: Sighting, asked: Asked): { rule: Rule; message: string } | undefined {
  const { reference, obstacle, text, tagFrom } = sighting
  if (obstacle) {
    const named = readReference(text.split(/[:@]?(?:[$]|\{\{)/)[0] ?? '')
    if (obstacle === 'invalid' || obstacle === 'broken' || !named || !asked.selects(named))
      return undefined
    return { rule: obstacle, message: `${text} is left alone: ${REASONS[obstacle]}` }
  }
  const isDue = reference && asked.selects(reference) && (!reference.digest || asked.refresh)
  if (!isDue || asked.digest) return undefined
  if (tagFrom)
    return { rule: 'not-pinned', message: `${text} stays: its tag is the ${tagFrom}'s own` }
  if (asked.offline) return { rule: 'not-checked', message: `${text} stays: no registry is asked` }
  const answer = asked.resolved.known.get(formatReference(questionOf(reference)))
  if (!answer) return undefined
  if ('unasked' in answer)
    return { rule: 'not-checked', message: `${text} stays: ${answer.unasked}` }
  if (answer.digest) return undefined
  const name = formatReference(questionOf(reference))
  return { rule: 'tag-not-found', message: `${text} stays: the registry does not have ${name}` }
}
