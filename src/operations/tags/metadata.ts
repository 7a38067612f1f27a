// What docker/metadata-action's outputs hold, as values.

export interface Metadata {
  readonly version: string
  readonly images: readonly string[]
  /** Tags without image names, each once. */
  readonly names: readonly string[]
  /** Full references, image by image; bare tags where there is no image. */
  readonly tags: readonly string[]
  /** `key=value`, sorted by key. */
  readonly labels: readonly string[]
  /** `level:key=value`, level by level. */
  readonly annotations: readonly string[]
  readonly json: MetadataJson
}

interface MetadataJson {
  readonly tags: readonly string[]
  readonly 'tag-names': readonly string[]
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: readonly string[]
}

/** `levels` are separated by commas, as in DOCKER_METADATA_ANNOTATIONS_LEVELS. */
export function metadataOf(known: {
  readonly names: readonly string[]
  readonly images: readonly string[]
  readonly version: string
  readonly labels: ReadonlyMap<string, string>
  readonly annotations: ReadonlyMap<string, string>
  readonly levels: string
}): Metadata {
  const { names, images, version } = known
  const tags =
    images.length === 0 ? names : images.flatMap((image) => names.map((name) => `${image}:${name}`))
  const lines = (entries: ReadonlyMap<string, string>) =>
    [...entries].map(([key, value]) => `${key}=${value}`)
  const annotations = known.levels
    .split(',')
    .flatMap((level) => lines(known.annotations).map((line) => `${level}:${line}`))
  const json = {
    tags,
    'tag-names': names,
    labels: Object.fromEntries(known.labels),
    annotations,
  }
  return { version, images, names, tags, labels: lines(known.labels), annotations, json }
}
