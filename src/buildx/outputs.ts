// The input `outputs` beside a push: our names and the push are merged into an image exporter by
// buildx itself (`--tag`, `--push`); what would contradict them is refused here.
import { ReleaseError } from '../errors.ts'
import type { BuildRequest } from './args.ts'
import { fieldOf, parseFields } from './fields.ts'

const IMAGE_EXPORTERS = ['image', 'registry']

/** Attributes that say where an image goes, which `images` and the tags decide. */
const OURS = ['name', 'push', 'push-by-digest', 'name-canonical']

/** Throws `input` for an exporter that cannot go together with the push of our image. */
export function checkOutputs({ outputs = [], push }: BuildRequest): void {
  if (!push) return
  for (const output of outputs) {
    const fields = parseFields(output)
    const type = fieldOf(fields, 'type') ?? 'local'
    if (!IMAGE_EXPORTERS.includes(type))
      throw mistake(
        `type=${type} is no image that can be pushed`,
        'Set `push: false` with this exporter, or use type=image.',
      )
    const ours = OURS.find((key) => fieldOf(fields, key) !== undefined)
    if (ours)
      throw mistake(`${ours}= is decided by images and tags`, `Leave ${ours}= out of \`outputs\`.`)
  }
}

function mistake(what: string, hint: string): ReleaseError {
  return new ReleaseError('input', `Input outputs: ${what}`, { hint })
}
