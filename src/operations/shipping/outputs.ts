// What later steps are told of a shipped image. Each is set as soon as it is true, also when the
// step then fails.

export const SHIPPING_OUTPUTS = {
  digest: 'Digest of the image index (manifest list), confirmed by the registry.',
  name: 'First image name, without tag.',
  image: 'First image pinned: `name@digest`.',
  images: 'Every image pinned, one per line.',
  tags: 'Full references that point at the digest, one per line.',
  'tag-names': 'Tags without image names, one per line.',
  version: 'Version of the event, else `git-<sha>` or the first tag.',
  labels: 'Labels of the image, `key=value` lines.',
  annotations: 'Annotations of the index, `key=value` lines.',
  platforms: 'JSON object: platform to the digest of its manifest.',
  built: '`true` when this run built the image, `false` when it reused one.',
  pushed: '`true` when the registry holds the digest.',
  skipped: 'Why nothing was done, where that is so.',
  'held-back': 'Tags that were not moved, one per line as `tag: reason`.',
  'tags-failed': 'Full references that could not be put on the digest, one per line.',
  'subject-name': 'Image name as actions/attest takes it.',
  'subject-digest': 'Digest as actions/attest takes it.',
  notes: 'The Markdown block for release notes.',
  'release-url': 'Address of the GitHub release that holds the block.',
  plan: 'JSON of what `dry-run` would do.',
  json: 'All outputs as one JSON object.',
} as const

/** What a person at a terminal wants of them. */
export const PRINTED_OUTPUTS = [
  'image',
  'digest',
  'tags',
  'version',
  'built',
  'pushed',
  'held-back',
  'tags-failed',
  'skipped',
  'release-url',
] as const satisfies readonly (keyof typeof SHIPPING_OUTPUTS)[]

export type ShippingOutput = keyof typeof SHIPPING_OUTPUTS
