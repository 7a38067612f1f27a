// Helm values as charts have them.
import { samplesOf } from './sample.ts'

export const HELM = samplesOf('Helm values', 'chart/values.yaml', [
  ['repository and tag', 'image:\n  repository: a/b\n  tag: «1.20|T@D»\n'],
  ['a registry', 'image: {registry: ghcr.io, repository: a/b, tag: "«1|T@D»"}\n'],
  ['an empty tag', 'image:\n  repository: a/b\n  tag: "«|T@D»"\n'],
  ['no value', 'image:\n  repository: a/b\n  tag:«| T@D» # c\n'],
  ['a digest field', 'image:\n  repository: a/b\n  tag: «1|T»\n  digest: "«|=D»"\n'],
  ['by another name', 'web:\n  repository: a/b\n  pullPolicy: Always\n  tag: «v1|T@D»\n'],
  [
    'the name under image',
    'controller:\n  image:\n    registry: r.io\n    image: a/b\n    tag: «v1|T»\n    digest: "«|=D»"\n',
  ],
  ['the name under name', 'image: {name: a/b, tag: "«1|T@D»"}\n'],
  [
    'the tag under version',
    'coreImage:\n  registry: docker.io\n  repository: a/b\n  version: «2.1|T@D»\n',
  ],
  ['a bare digest', 'image:\n  registry: q.io\n  repository: a/b\n  tag: «v1|T»\n  sha: "«|=H»"\n'],
  [
    'a digest that is not used',
    'image:\n  repository: a/b\n  tag: «v1|T@D»\n  digest: sha256:x\n  useDigest: false\n',
  ],
  ['no registry', 'image:\n  registry: ~\n  repository: a/b\n  tag: «v1|T@D»\n'],
  ['image and tag', 'web:\n  image: a/b\n  tag: «v1|T@D»\n'],
  ['image and imageTag', 'image: a/b\nimageTag: «v1|T@D» # c\n'],
  ['images within an image', 'api:\n  image:\n    image: {repository: a/b, tag: «1|T@D»}\n'],
  ['an image below another', 'web: {image: a/b, tag: «v1|T@D», proxy: {image: «c:1|c:T@D»}}\n'],
  ['a key that ends so', 'sidecarImage: «nginx:1|nginx:T@D»\nlogoImage: a/b\n'],
  ['what has a name is no image', 'image: {name: logo}\n'],
  ['plain', 'sidecar:\n  image: «nginx:1|nginx:T@D»\n'],
  ['a git repository is none', 'source:\n  repository: a/b\n  tag: v1\n'],
  ['a shared tag', 'tag: &t "1"\nimage: {repository: a/b, tag: *t}\n', ['its tag is an anchor']],
  ['no tag field', 'image:\n  repository: a/b\n', ['it has no tag field']],
])
