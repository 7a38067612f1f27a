// GitHub workflows and actions: containers of jobs, their services, and `docker://` steps.
import type { DocumentReader } from './document-reader.ts'
import { entriesAt, itemsAt, valueAt } from './yaml-nodes.ts'
import type { YamlNode } from './yaml-tree.ts'

const PROTOCOL = { prefix: 'docker://', strict: true } as const

export function isWorkflow(path: string): boolean {
  return /(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/.test(path)
}

/** The metadata file of an action. */
export function isActionFile(path: string, root: YamlNode): boolean {
  return /(?:^|\/)action\.ya?ml$/.test(path) && valueAt(root, 'runs') !== undefined
}

export function readWorkflow(reader: DocumentReader, root: YamlNode): void {
  for (const { value: job } of entriesAt(root, 'jobs')) {
    const container = valueAt(job, 'container')
    if (container?.kind === 'mapping') reader.image(valueAt(container, 'image'), { strict: true })
    else reader.image(container, { strict: true })
    for (const { value } of entriesAt(job, 'services'))
      reader.image(valueAt(value, 'image'), { strict: true })
    readSteps(reader, itemsAt(job, 'steps'))
  }
}

export function readActionFile(reader: DocumentReader, root: YamlNode): void {
  reader.image(valueAt(root, 'runs', 'image'), PROTOCOL)
  readSteps(reader, itemsAt(root, 'runs', 'steps'))
}

function readSteps(reader: DocumentReader, steps: readonly YamlNode[]): void {
  for (const step of steps) reader.image(valueAt(step, 'uses'), PROTOCOL)
}
