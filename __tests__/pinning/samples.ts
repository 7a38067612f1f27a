// Files as people write them, one of each shape.
import { HELM } from './helm-samples.ts'
import { OLD_DIGEST } from './marked.ts'
import { type Sample, samplesOf } from './sample.ts'

const IN_POD = 'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n'

/** A pod whose first container has these lines. */
const container = (lines: string) => IN_POD + lines.replace(/^(?=.)/gm, '  ')

const KUBERNETES = samplesOf('Kubernetes', 'k8s/app.yaml', [
  ['a plain image', container('- image: «nginx:1.25|nginx:T@D»\n  name: a\n')],
  ['double quotes', container('- image: "«nginx:1|nginx:T@D»" # the web\n')],
  ['single quotes', container("- image:   '«nginx:1|nginx:T@D»'\n")],
  ['a folded scalar', container('- image: >-\n    «nginx:1|nginx:T@D»\n  name: a\n')],
  ['a literal scalar', container('- image: |-\n    «nginx:1|nginx:T@D»\n')],
  ['on a line of its own', container('- image:\n    «nginx:1|nginx:T@D»\n')],
  ['an explicit key', container('- ? image\n  : «nginx:1|nginx:T@D»\n')],
  ['quoted keys', container('- "image": «nginx:1|nginx:T@D»\n')],
  ['a tag of YAML', container('- image: !!str «nginx:1|nginx:T@D»\n')],
  ['no tag', container('- image: «nginx|nginx:T@D»\n')],
  ['an old digest', container(`- image: «nginx:1@${OLD_DIGEST}|nginx:T@D»\n`)],
  ['the tag it has', container('- image: nginx:9.9.9«|@D»\n')],
  ['a port', container('- image: «localhost:5000/app|localhost:5000/app:T@D»\n')],
  ['no line break at the end', container('- image: «nginx:1|nginx:T@D»')],
  ['CRLF', container('- image: «nginx:1|nginx:T@D»\n  name: a\n').replaceAll('\n', '\r\n')],
  ['a byte order mark', `\uFEFF${container('- image: «nginx:1|nginx:T@D»\n')}`],
  [
    'flow style',
    'apiVersion: v1\nkind: Pod\nspec: {containers: [{image: «nginx:1|nginx:T@D», name: a}]}\n',
  ],
  [
    'JSON',
    '{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"image": "«nginx:1|nginx:T@D»"}]}}\n',
  ],
  [
    'every kind of container, and an image volume',
    `apiVersion: v1\nkind: Pod\nspec:\n  initContainers: [{image: «a/b:1|a/b:T@D»}]\n  ephemeralContainers:\n  - image: «a/c:1|a/c:T@D»\n  volumes:\n  - name: v\n    image: {reference: «a/d:1|a/d:T@D», pullPolicy: Always}\n`,
  ],
  [
    'a CronJob',
    'apiVersion: batch/v1\nkind: CronJob\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{image: «nginx:1|nginx:T@D»}]}}}}}\n',
  ],
  [
    'a custom resource',
    'apiVersion: x.example/v1\nkind: Prometheus\nspec:\n  image: «quay.io/p/p:v2|quay.io/p/p:T@D»\n',
  ],
  [
    'a list of resources',
    'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  spec: {containers: [{image: «nginx:1|nginx:T@D»}]}\n',
  ],
  [
    'several documents',
    `# first\n---\n${container('- image: «nginx:1|nginx:T@D»\n')}...\n---\n# none\n--- # third\n${container('- image: «a:1|a:T@D»\n')}`,
  ],
  ['an anchor of images alone', container('- image: &img «nginx:1|nginx:T@D»\n- image: *img\n')],
  [
    'Flux',
    'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec:\n  images:\n  - name: «a|a\n    newTag: T@D»\n',
  ],
  [
    'Helm values in a resource',
    'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec:\n  values:\n    image: {repository: a/b, tag: «1.2|T@D»}\n',
  ],
  ['metadata', 'apiVersion: v1\nkind: Pod\nmetadata:\n  annotations: {image: nginx:1}\n'],
  [
    'a variable',
    container('- image: ${REGISTRY}/app:1\n- image: $(IMAGE)\n'),
    ['a variable', 'a variable'],
  ],
  ['escapes', container('- image: "nginx:\\x31"\n'), ['with escapes']],
  ['several lines', container('- image: "nginx:\\\n    1.25"\n'), ['several lines']],
  [
    'an anchor that is not only an image',
    container('- image: &img nginx:1\n  args: [*img]\n'),
    ['also used where no image stands'],
  ],
  [
    'a ConfigMap',
    'apiVersion: v1\nkind: ConfigMap\ndata:\n  pod.yaml: |\n    spec:\n      image: nginx:1\n  image: nginx:2\n',
    ['part of a text', 'part of a text'],
  ],
  [
    'a CRD',
    'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {properties: {image: nginx:1}}\n',
  ],
  [
    'a policy',
    'apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nspec: {rules: [{validate: {pattern: {image: "nginx:1"}}}]}\n',
  ],
  ['kbld', 'apiVersion: kbld.k14s.io/v1alpha1\nkind: ImageOverrides\noverrides: [{image: a:1}]\n'],
  ['Skaffold', 'apiVersion: skaffold/v4beta6\nkind: Config\nbuild: {artifacts: [{image: a/b}]}\n'],
  ['a pattern with wildcards', 'apiVersion: x.example/v1\nkind: X\nspec: {image: "!*:latest"}\n'],
])

const KUSTOMIZE = samplesOf('kustomize', 'base/kustomization.yaml', [
  ['newTag', 'images:\n- name: app\n  newTag: «1.20|T@D»\n'],
  ['a quoted newTag', 'images:\n- name: app\n  newTag: "«1.20|T@D»" # c\n'],
  ['digest and newTag', `images:\n- name: app\n  digest: «${OLD_DIGEST}|=D»\n  newTag: «1|T»\n`],
  ['a digest alone', `images:\n- name: app\n  digest: «${OLD_DIGEST}|=D»\n`],
  [
    'a name alone',
    'images:\n  - name: «app # c|app # c\n    newTag: T@D»\n  - name: «b|b\n    newTag: T@D»',
  ],
  ['a new name', 'images:\n- name: app\n  newName: «b/c|b/c\n  newTag: T@D»\n'],
  ['CRLF', 'images:\r\n- name: «app|app\r\n  newTag: T@D»\r\nx: 1\r\n'],
  [
    'a name with a tag',
    `images:\n- name: app:v1\n  digest: «${OLD_DIGEST}|=D»\n- name: localhost:5000/x\n  newTag: "«1|T@D»"\n`,
  ],
  [
    'a new name with a tag',
    'images:\n- name: app\n  newName: b/c:11\n- {name: x, newTag: «v1|T@D»}\n',
    ['has a tag or digest of its own'],
  ],
  ['a patch', 'patches:\n- patch: |-\n    spec:\n      image: nginx:1\n', ['part of a text']],
  [
    'values of a chart',
    'helmCharts:\n- valuesInline:\n    image: {repository: a, tag: «v1|T@D»}\n',
  ],
  ['flow style', 'images: [{name: app«|, newTag: T@D»}]\n'],
])

const COMPOSE = samplesOf('Compose', 'compose.yaml', [
  ['an image', 'services:\n  web:\n    image: «nginx:1|nginx:T@D»\n'],
  ['a default', 'services:\n  web: {image: "${IMAGE:-«nginx:1|nginx:T@D»}"}\n'],
  ['a tag by default', 'services:\n  web:\n    image: ghcr.io/a/b:${TAG:-«1.0|T@D»}\n'],
  ['two defaults', 'services:\n  web:\n    image: ${R:-ghcr.io}/a:${TAG-«1.0|T@D»}\n'],
  [
    'an image mount',
    'services:\n  web:\n    volumes:\n    - {type: image, source: «busybox:1|busybox:T@D», target: /b}\n',
  ],
  ['an extension', 'x-base: &base\n  image: «nginx:1|nginx:T@D»\nservices:\n  web: {<<: *base}\n'],
  ['services at the top', 'web:\n  image: «nginx:1|nginx:T@D»\ndb: {build: ., image: mine}\n'],
  ['a service that is built', 'services:\n  web: {build: ., image: mine:1}\n'],
  ['nothing', 'services:\n  web: {image: !reset null}\n  b: {image: ~}\n  c: {image: }\n'],
  ['a variable', 'services:\n  web: {image: "nginx:${TAG}"}\n', ['a variable']],
  ['a required variable', 'services:\n  web: {image: "nginx:${TAG:?no tag}"}\n', ['a variable']],
])

const WORKFLOWS = [
  ...samplesOf('workflows', '.github/workflows/ci.yml', [
    [
      'a workflow',
      'on: push\njobs:\n  a:\n    container: «node:18|node:T@D»\n    services:\n      db: {image: «postgres:16|postgres:T@D»}\n    steps:\n    - uses: docker://«alpine:3|alpine:T@D»\n    - uses: actions/checkout@v4\n    - run: |\n        image: nope:1\n  b:\n    container:\n      image: «node:20|node:T@D»\n',
    ],
    ['an expression', 'jobs:\n  a:\n    container: node:${{ matrix.node }}\n', ['a variable']],
  ]),
  ...samplesOf('workflows', 'action.yml', [
    ['an action', "runs:\n  using: docker\n  image: 'docker://«alpine:3|alpine:T@D»'\n"],
  ]),
  ...samplesOf('workflows', 'a/action.yaml', [
    ['an action with a Dockerfile', 'runs:\n  using: docker\n  image: Dockerfile\n'],
  ]),
]

const TEMPLATES = samplesOf('templates', 'chart/templates/a.yaml', [
  [
    'literal lines',
    '{{- if .Values.on }}\nspec:\n  image: «nginx:1|nginx:T@D» # c\n  - image: "«busybox:1|busybox:T@D»"\n  image: {{ .Values.image }}\n  image: "{{ .Values.a }}:{{ .Values.b }}"\n{{- end }}\n',
  ],
  ['CRLF', '{{ if .x }}\r\nimage: «nginx:1|nginx:T@D»\r\n{{ end }}\r\n'],
])

const DOCKERFILES = samplesOf('Dockerfile', 'app/Dockerfile', [
  ['FROM', 'FROM «golang:1.22|golang:T@D» AS build\nFROM scratch\nFROM build\n'],
  [
    'a platform, lower case',
    'from --platform=$BUILDPLATFORM «golang:1|golang:T@D» as build\nFROM BUILD\n',
  ],
  [
    'COPY --from',
    'FROM «a:1|a:T@D» AS b\nCOPY --from=b /x /y\nCOPY --chown=1 --from=«nginx:1|nginx:T@D» /x /y\nCOPY --from=0 /x /y\n',
  ],
  [
    'RUN --mount',
    'FROM scratch\nRUN --mount=type=bind,from=«busybox:1|busybox:T@D»,target=/b \\\n  # why\n  --mount=type=cache,target=/c echo --mount=from=no:1\n',
  ],
  [
    'a syntax directive',
    '# syntax=«docker/dockerfile:1|docker/dockerfile:T@D»\nFROM scratch\n# syntax=no:1\n',
  ],
  [
    'a directive that nobody knows, behind which all are comments',
    '# author=me\n# syntax=no:1\nFROM «a:1|a:T@D»\n',
  ],
  ['a heredoc', 'FROM scratch\nRUN <<EOF\nFROM no:1\nEOF\nFROM «a:1|a:T@D»\n'],
  [
    'heredocs',
    'FROM scratch\nRUN <<-"E-1" <<F\n\tFROM no:1\n\tE-1\n\tF\nFROM no:2\nF\nFROM «a:1|a:T@D»\n',
  ],
  ['a shebang', '#!/usr/bin/env build\n# syntax=«a/b:1|a/b:T@D»\nFROM scratch\n'],
  ['several lines', 'FROM \\\n  «a:1|a:T@D» \\\n  AS b\nFROM b\n'],
  ['another escape', '# escape=`\nFROM `\n  «a:1|a:T@D»\n'],
  ['a trigger', 'FROM scratch\nONBUILD COPY --from=«a:1|a:T@D» /x /y\n'],
  ['CRLF, no last line break', 'FROM «a:1|a:T@D»\r\nRUN x\r\nFROM «b:1|b:T@D»'],
  ['a variable', 'ARG V=1\nFROM a:$V\n', ['a variable']],
  ['a word over two lines', 'FROM a:1.\\\n2\n', ['a variable']],
])

export const SAMPLES: readonly Sample[] = [
  ...KUBERNETES,
  ...KUSTOMIZE,
  ...HELM,
  ...COMPOSE,
  ...WORKFLOWS,
  ...TEMPLATES,
  ...DOCKERFILES,
]
