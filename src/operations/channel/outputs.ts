// What promote and rollback tell later steps. Each is set as soon as it is true.

export const CHANNEL_OUTPUTS = {
  digest: 'Digest in the channel, confirmed by the registry.',
  name: 'First image name, without tag.',
  image: 'First image pinned: `name@digest`.',
  images: 'Every image pinned, one per line.',
  'previous-digest': 'Digest that the first image had in the channel before; empty for none.',
  changed: '`true` when a channel has another digest than before.',
  version: 'Version of the digest, where a tag or record tells it.',
  channel: 'Channel that has the digest now; several one per line.',
  'manifests-changed': 'Files that were pinned anew, one per line.',
  'deployment-id': 'Deployment that records the first move.',
  'commit-sha': 'Commit that holds the pinned files.',
  'pull-request-url': 'Pull request that holds the pinned files.',
  plan: 'JSON of what `dry-run` would do.',
  json: 'Every image with its channels, as JSON.',
} as const

export type ChannelOutput = keyof typeof CHANNEL_OUTPUTS
