// What pin finds in check mode, where it says so, and when it fails.
import { expect, test } from '@jest/globals'
import { pinStage, pod } from './pin-stage.ts'
import { IMAGE, PATH } from './stage.ts'

const OTHER = `sha256:${'0'.repeat(64)}`

test('says everything at its place, and fails', async () => {
  const stage = pinStage({
    'a.yaml': pod('localhost:5000/app', `${IMAGE}:latest`, `${IMAGE}:1.4`),
    'b.yaml': pod(`${IMAGE}@${OTHER}`),
  })
  stage.registry.addImage(PATH, { tags: ['1.4'] })
  const { error, outputs, summary } = await stage.run({ mode: 'check', sarif: 'out/pin.sarif' })
  expect(error).toMatchObject({ code: 'policy' })
  expect(stage.log.lines.filter((line) => line.startsWith('error'))).toEqual([
    'error: a.yaml:4:12: localhost:5000/app has neither tag nor digest (no-tag)',
    `error: a.yaml:5:12: ${IMAGE}:latest is whatever was pushed last (latest)`,
    `error: a.yaml:6:12: ${IMAGE}:1.4 has no digest (unpinned)`,
    `error: b.yaml:4:12: The registry does not have ${IMAGE}@${OTHER} (digest-not-found)`,
  ])
  expect(summary).toContain('| error | no-tag | `a.yaml:4` |')
  expect(JSON.parse(outputs['findings'] ?? '')).toHaveLength(4)
  const { runs } = JSON.parse(stage.read('out/pin.sarif'))
  expect(runs[0].results).toHaveLength(4)
})

test('a tag that moved is a warning, and does not fail', async () => {
  const stage = pinStage({ 'a.yaml': '' })
  const { digest } = stage.registry.addImage(PATH, { tags: ['1.0.0'], content: 'old' })
  const now = stage.registry.addImage(PATH, { tags: ['1.0.0'], content: 'new' })
  await stage.files.write('./a.yaml', pod(`${IMAGE}:1.0.0@${digest}`))
  expect((await stage.run({ mode: 'check' })).error).toBeUndefined()
  expect(stage.log.lines).toContain(
    `warning: a.yaml:4: The tag 1.0.0 is on ${now.digest} now (tag-moved)`,
  )
})

test('what is only noted has its place, too', async () => {
  const { run, log } = pinStage({ 'compose.yaml': 'services: {a: {image: "a:${TAG}"}}\n' })
  expect((await run({ mode: 'check' })).error).toBeUndefined()
  expect(log.lines).toContain(
    'notice: compose.yaml:1: a:${TAG} holds a variable: it cannot be checked (variable)',
  )
  expect(log.lines).toContain('info: 1 reference, 1 finding; 0 ignored')
})

test('where a file is no YAML is told, and counts as no image', async () => {
  const { run, log } = pinStage({ 'a.yaml': 'a: [b\nimage: app:1\n' })
  const { error } = await run({ mode: 'check', rules: 'unpinned=off', offline: 'true' })
  expect(error).toBeUndefined()
  expect(log.lines).toContain(
    'warning: a.yaml:1: This is no YAML: only its plain image lines were read (not-checked)',
  )
  expect(log.lines).toContain('info: 1 reference, 1 finding; 0 ignored')
})

// name, rules, findings
test.each<[string, string, string[]]>([
  ['by default', '', ['latest']],
  ['a rule that is left out is off', 'unpinned', ['unpinned']],
  ['off', 'unpinned=off\nlatest=off', []],
  ['severities', 'latest=note', ['latest']],
])('rules: %s', async (_, rules, expected) => {
  const { run } = pinStage({ 'a.yaml': pod('nginx:latest') })
  const { outputs, error } = await run({ mode: 'check', rules })
  const findings: { rule: string; severity: string }[] = JSON.parse(outputs['findings'] ?? '')
  expect(findings.map(({ rule }) => rule)).toEqual(expected)
  expect(error === undefined).toBe(findings.every(({ severity }) => severity !== 'error'))
})

test('what cannot be asked is told, never passed over', async () => {
  const { registry, run, log } = pinStage({ 'a.yaml': pod(`${IMAGE}@${OTHER}`) })
  registry.inject(
    async () => ({ status: 401 }),
    () => true,
    9,
  )
  const { error, outputs } = await run({ mode: 'check' })
  expect(error).toBeUndefined()
  expect(JSON.parse(outputs['findings'] ?? '')).toMatchObject([{ rule: 'not-checked' }])
  expect(log.lines.some((line) => line.startsWith('warning: a.yaml:4: '))).toBe(true)
})

// name, what the registry answers to whatever it is asked
test.each<[string, { status: number; headers?: Record<string, string>; body?: string }]>([
  ['lies about digests', { status: 200, headers: { 'docker-content-digest': 'md5:x' } }],
  ['sends other bytes', { status: 200, body: '{}' }],
  ['sends what is no manifest', { status: 200, body: '<html>' }],
  ['speaks of teapots', { status: 418 }],
])('a registry that %s does not end the run', async (_, { body, ...answer }) => {
  const { registry, run } = pinStage({ 'a.yaml': pod(`${IMAGE}@${OTHER}`, 'nginx') })
  registry.inject(
    async () => ({ ...answer, ...(body ? { body: new TextEncoder().encode(body) } : {}) }),
    () => true,
    9,
  )
  const { error, outputs } = await run({ mode: 'check' })
  expect(error).toMatchObject({ code: 'policy' })
  expect(JSON.parse(outputs['findings'] ?? '')).toMatchObject([
    { line: 4, rule: 'not-checked' },
    { line: 5, rule: 'no-tag' },
  ])
})

test('offline asks nobody', async () => {
  const { registry, run } = pinStage({ 'a.yaml': pod(`${IMAGE}@${OTHER}`) })
  expect((await run({ mode: 'check', offline: 'true' })).error).toBeUndefined()
  expect(registry.lines()).toEqual([])
})

test('a hostile file is told, and the others are done', async () => {
  const bomb = `image: ${'['.repeat(5000)}`
  const { run } = pinStage({ 'a.yaml': bomb, 'b.yaml': pod('nginx') })
  const { outputs } = await run({ mode: 'check' })
  expect(JSON.parse(outputs['findings'] ?? '')).toMatchObject([
    { file: 'b.yaml', rule: 'no-tag' },
    { file: 'a.yaml', rule: 'not-checked', message: expect.stringContaining('nested') },
  ])
})
