// docker/metadata-action's outputs, and what was held back.

export const TAGS_OUTPUTS = {
  version: 'Version, the first tag of the set.',
  tags: 'Full references, one per line.',
  'tag-names': 'Tags without image names, one per line.',
  labels: 'Labels `key=value`, one per line.',
  annotations: 'Annotations `level:key=value`, one per line.',
  json: 'Tags, labels and annotations as one JSON object.',
  'bake-file': 'Path of a bake file with tags and labels.',
  'bake-file-tags': 'Path of a bake file with the tags.',
  'bake-file-labels': 'Path of a bake file with the labels.',
  'bake-file-annotations': 'Path of a bake file with the annotations.',
  'held-back': 'With `check-registry`: tags that should not move, one per line as `tag: reason`.',
  plan: 'With `dry-run`: the same as `json`.',
} as const
