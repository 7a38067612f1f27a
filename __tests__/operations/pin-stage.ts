// The stage of the pin operation: files that Git lists, and a GitHub that holds them.
import { pushEvent } from '../../scripts/stage/events.js'
import { pin } from '../../src/operations/pin.ts'
import { type Given, IMAGE, openStage, TOKEN, textAt, workTree } from './stage.ts'

const PUSH = pushEvent({ sha: 'a'.repeat(40) })

/** A pod with these images, one container each, on lines 4, 5, … */
export const pod = (...images: readonly string[]) =>
  `apiVersion: v1\nkind: Pod\nspec: {containers: [\n${images.map((image) => `  {image: "${image}"},\n`).join('')}  ]}\n`

export function pinStage(
  contents: Readonly<Record<string, string>>,
  { permissions = ['contents: write', 'pull-requests: write'] } = {},
) {
  const { perform, ...stage } = openStage({ permissions })
  const { files, exec } = workTree(contents)

  const run = (given: Given = {}) => {
    const all = { 'github-token': TOKEN, digest: 'none', images: IMAGE, ...given }
    return perform(pin, { event: PUSH, given: all, world: { files, exec } })
  }

  const read = (path: string) => textAt(files, `./${path}`)
  return { ...stage, files, run, read }
}
