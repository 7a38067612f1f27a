// The bake files of docker/metadata-action, for `docker buildx bake`: one target that others
// inherit.
import { digestOf } from '../../oci/digest.ts'
import type { Metadata } from './metadata.ts'

export interface BakeFile {
  /** The output that names it. */
  readonly output: string
  /** Below the runner's folder for temporary files. */
  readonly path: string
  readonly content: string
}

/** All four, in a folder named after their content. */
export function bakeFiles(metadata: Metadata, target: string): readonly BakeFile[] {
  const { version, images, tags, annotations, json } = metadata
  const args = {
    DOCKER_META_IMAGES: images.join(','),
    ...(version === '' ? {} : { DOCKER_META_VERSION: version }),
  }
  const parts = {
    '': { tags, labels: json.labels, args },
    '-tags': { tags, args },
    '-labels': { labels: json.labels },
    '-annotations': { annotations },
  }
  const files = Object.entries(parts).map(([part, definition]) => ({
    output: `bake-file${part}`,
    name: `docker-metadata-action-bake${part}.json`,
    content: JSON.stringify({ target: { [target]: definition } }, null, 2),
  }))
  const all = new TextEncoder().encode(files.map(({ content }) => content).join('\n'))
  const folder = `image-release-bake-${digestOf(all).slice('sha256:'.length, 'sha256:'.length + 12)}`
  return files.map(({ output, name, content }) => ({ output, path: `${folder}/${name}`, content }))
}
