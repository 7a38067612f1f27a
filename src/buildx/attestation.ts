// The inputs `provenance` and `sbom` as `--attest` flags, meant as in docker/build-push-action
// where they are set. Unset they give no flag, and buildx's own default stands, minimal provenance
// and no SBOM; that action asks for `mode=max` of public repositories.
import { fieldOf, formatFields, parseFields } from './fields.ts'

export interface AttestationChoice {
  readonly provenance?: string | undefined
  readonly sbom?: string | undefined
  /** Address of the run, which provenance names as its builder where that input is on. */
  readonly builderId?: string | undefined
}

/** `value`: `true`, `false`, or attributes such as `mode=max`. */
export function attestation(
  type: 'provenance' | 'sbom',
  value: string,
  builderId?: string,
): string {
  const choice = value.trim().toLowerCase()
  if (choice === 'false') return `--attest=type=${type},disabled=true`
  const given = choice === 'true' ? ['disabled=false'] : parseFields(value)
  const named = builderId === undefined || fieldOf(given, 'builder-id') !== undefined
  const builder = named ? [] : [`builder-id=${builderId}`]
  return `--attest=${formatFields([`type=${type}`, ...given, ...builder])}`
}

/**
 * Whether an entry of `attests` gives way to the input of its own; buildx refuses one type twice.
 */
export function isDecided(entry: string, choice: AttestationChoice): boolean {
  const type = fieldOf(parseFields(entry), 'type')
  return (type === 'provenance' && !!choice.provenance) || (type === 'sbom' && !!choice.sbom)
}
