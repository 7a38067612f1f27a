// Pinning beside sed, which only replaces one text by another.
import { readFileSync, statSync } from 'node:fs'
import { pushEvent } from '../stage/events.js'
import { alternate, measure } from '../stage/measure.js'
import { measureAction, onStage, third } from './release.js'
import { show } from './table.js'

const NAME = 'ghcr.io/acme/app'
const DIGEST = `sha256:${'a'.repeat(64)}`
const PODS = 15_000

/** One YAML file: its images written by digest, then checked, when it has 3.3 MB. */
export async function benchPin(rounds) {
  await onStage(async ({ app }) => {
    const loose = pods(':1.4.2')
    app.commit({ 'pods.yaml': loose, 'pinned.yaml': pods(`:1.4.2@${DIGEST}`) })
    const call = { action: 'pin', event: pushEvent({ sha: app.sha }), workspace: app.folder }
    const sed = () => {
      app.commit({ 'pods.yaml': loose })
      return measure(['sed', '-i', `s#${NAME}:1.4.2$#&@${DIGEST}#`, `${app.folder}/pods.yaml`])
    }
    const write = () => {
      app.commit({ 'pods.yaml': loose })
      const inputs = { files: 'pods.yaml', images: NAME, digest: DIGEST, tag: '1.4.2' }
      const measured = measureAction({ ...call, inputs })
      if (!readFileSync(`${app.folder}/pods.yaml`, 'utf8').includes(DIGEST))
        throw new Error('not pinned')
      return measured
    }
    show(
      `pin, ${PODS} images in one file`,
      await alternate({ sed, 'the action': write }, third(rounds)),
      'sed',
    )
    const inputs = { mode: 'check', files: 'pinned.yaml', offline: 'true' }
    const check = () => measureAction({ ...call, inputs })
    const size = `${(statSync(`${app.folder}/pinned.yaml`).size / 1e6).toFixed(1)} MB`
    show(
      `pin, check of a file of ${size}`,
      await alternate({ 'the action': check }, third(rounds)),
      '',
    )
  })
}

function pods(version) {
  const pod = (index) =>
    `apiVersion: v1\nkind: Pod\nmetadata:\n  name: pod-${index}\nspec:\n  containers:\n    - name: app\n      # as released\n      image: ${NAME}${version}\n`
  return Array.from({ length: PODS }, (_, index) => pod(index)).join('---\n')
}
